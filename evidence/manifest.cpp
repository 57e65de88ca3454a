#include "evidence/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ranges>
#include <utility>

#include "base/ascii.h"
#include "base/text.h"
#include "base/utf8.h"

namespace waybill::evidence {
namespace {

constexpr std::size_t digest_digits = 64;
constexpr std::string_view between = "  ";  // as sha256sum(1) writes of a text file, which RFC 8493 permits
constexpr std::size_t most_faults = 100;    // of one manifest; a hostile one is not told line by line
constexpr std::size_t most_path_octets = 1024;

bool is_digest(std::string_view text)
{
    return text.size() == digest_digits && std::ranges::all_of(text, [](char character) {
               return is_digit(character) || (character >= 'a' && character <= 'f');
           });
}

std::string encoded(std::string_view path)
{
    std::string text;
    for (const char character : path) {
        switch (character) {
            case '\r':
                text += "%0D";
                break;
            case '\n':
                text += "%0A";
                break;
            case '%':
                text += "%25";
                break;
            default:
                text += character;
        }
    }
    return text;
}

/// Nothing where a % begins anything else.
std::optional<std::string> decoded(std::string_view text)
{
    std::string path;
    while (!text.empty()) {  // each turn takes an octet or more
        if (text.front() != '%') {
            path += text.front();
            text.remove_prefix(1);
            continue;
        }
        const std::string_view escape = text.substr(0, 3);
        if (escape != "%0D" && escape != "%0A" && escape != "%25")
            return std::nullopt;
        path += escape == "%0D" ? '\r' : escape == "%0A" ? '\n' : '%';
        text.remove_prefix(escape.size());
    }
    return path;
}

std::string folded(std::string_view path)
{
    std::string lower{path};
    std::ranges::transform(lower, lower.begin(), to_lower);
    return lower;
}

class Reading {
public:
    Reading(std::string_view text, std::string_view name) : text_{text}, name_{name} {}

    Manifest run()
    {
        std::string_view rest = text_;
        while (!rest.empty() && manifest_.faults.size() < most_faults) {  // each turn takes a line
            ++number_;
            const std::size_t end = rest.find('\n');
            if (end == std::string_view::npos)
                object("it does not end with a line feed");
            read_line(rest.substr(0, end));
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        }
        if (!rest.empty())
            object("so much is wrong that the rest was not read");
        if (manifest_.faults.empty() && manifest_text(manifest_.lines) != text_)
            manifest_.faults.push_back({std::string{name_}, "its lines are not in the order of their paths"});
        return std::move(manifest_);
    }

private:
    void object(std::string what)
    {
        manifest_.faults.push_back({fmt::format("{}, line {}", name_, number_), std::move(what)});
    }

    void read_line(std::string_view line)
    {
        if (line.ends_with('\r')) {
            object("it ends with a carriage return");
            line.remove_suffix(1);
        }
        const std::string_view digest = line.substr(0, digest_digits);
        if (!is_digest(digest) || !line.substr(digest_digits).starts_with(between))
            return object("it is not a SHA-256 in lower-case digits, two spaces and a path");
        const auto path = decoded(line.substr(digest_digits + between.size()));
        if (!path)
            return object("a % of its path begins neither %0D, %0A nor %25");
        if (const auto objection = path_objection(*path))
            return object(fmt::format("\"{}\" {}", printable(*path), *objection));
        const auto [known, is_new] = paths_.try_emplace(folded(*path), *path);
        if (!is_new)
            return object(known->second == *path
                              ? fmt::format("\"{}\" stands twice", printable(*path))
                              : fmt::format(R"("{}" and "{}" differ in case alone, which some systems take for one)",
                                            printable(*path), printable(known->second)));
        manifest_.lines.push_back({*path, std::string{digest}});
    }

    std::string_view text_;
    std::string_view name_;
    std::size_t number_ = 0;
    Manifest manifest_;
    std::map<std::string, std::string> paths_;
};

}  // namespace

std::optional<std::string> path_objection(std::string_view path)
{
    if (path.empty() || path.size() > most_path_octets)
        return path.empty() ? "is empty" : fmt::format("is longer than {} octets", most_path_octets);
    if (path.front() == '/' || path.contains('\\') || path.contains(':'))
        return "is no path below the bag on every system";
    for (const auto part : path | std::views::split('/')) {
        const std::string_view name{part.begin(), part.end()};
        if (name.empty() || name == "." || name == "..")
            return "leaves the bag, or goes round about";
    }
    if (!hides_nothing(path))
        return "has octets that do not show";
    return std::nullopt;
}

std::string manifest_text(std::vector<ManifestLine> lines)
{
    std::ranges::sort(lines, {}, &ManifestLine::path);
    std::string text;
    for (const ManifestLine& line : lines)
        text += fmt::format("{}{}{}\n", line.sha256, between, encoded(line.path));
    return text;
}

Manifest parse_manifest(std::string_view text, std::string_view name)
{
    return Reading{text, name}.run();
}

}  // namespace waybill::evidence
