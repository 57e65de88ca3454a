#include "capture/mark/marks_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "base/json_number.h"
#include "base/text.h"

namespace waybill::marks_file {
namespace {

using Json = nlohmann::ordered_json;

std::string written(const Json& json)
{
    return json_without_hidden(json.dump(-1, ' ', false, Json::error_handler_t::replace)) + "\n";
}

/// Nothing for the header and for kinds of lines that a later version may add.
std::optional<Mark> mark_from(std::string_view line)
{
    const Json json = Json::parse(line);
    if (whole_number<int>(json.at("v")) != format_version)
        throw std::invalid_argument("a version of the format that is not read here");
    if (json.at("type").get<std::string>() != "mark")
        return std::nullopt;
    const auto at = from_rfc3339(json.at("at").get<std::string>());
    if (!at)
        throw std::invalid_argument("a time that is not RFC 3339");
    Mark mark{*at, json.at("label").get<std::string>()};
    constexpr std::size_t octets_of_ellipsis = 3;
    constexpr std::size_t octets_of_replacement = 3;  // what stands for one octet that is not UTF-8
    if (mark.label.empty() || mark.label.size() > octets_of_replacement * Mark::max_label_octets + octets_of_ellipsis)
        throw std::invalid_argument("a label without text, or longer than one is");
    return mark;
}

}  // namespace

std::string header()
{
    return written(
        {{"type", "header"}, {"v", format_version}, {"format", "waybill-marks"}, {"waybill", WAYBILL_VERSION}});
}

std::string line(const Mark& mark)
{
    return written({{"type", "mark"}, {"v", format_version}, {"at", to_rfc3339(mark.at)}, {"label", mark.label}});
}

std::expected<std::vector<Mark>, std::string> read(std::string_view octets)
{
    std::vector<Mark> marks;
    std::size_t number = 0;
    for (std::size_t end = octets.find('\n'); end != std::string_view::npos; end = octets.find('\n')) {
        ++number;  // each turn takes a line
        try {
            if (auto mark = mark_from(octets.substr(0, end)))
                marks.push_back(*std::move(mark));
            if (marks.size() > Mark::most)
                throw std::invalid_argument("more marks than a recording takes");
        } catch (const std::exception& problem) {
            return std::unexpected(fmt::format("line {}: not a line of marks ({})", number, problem.what()));
        }
        octets.remove_prefix(end + 1);
    }
    std::ranges::stable_sort(marks, {}, &Mark::at);
    return marks;
}

}  // namespace waybill::marks_file
