#include "evidence/bag.h"

#include <fmt/format.h>

#include <charconv>
#include <span>
#include <utility>

#include "base/digest.h"
#include "base/text.h"

namespace waybill::evidence {
namespace {

constexpr std::string_view date_label = "Bagging-Date: ";
constexpr std::string_view software_label = "Bag-Software-Agent: ";
constexpr std::string_view oxum_label = "Payload-Oxum: ";
constexpr std::string_view custody_label = "Waybill-Custody: ";
constexpr std::string_view fields_label = "Waybill-Fields: ";
constexpr std::string_view verdict_label = "Waybill-Verdict: ";

/// What stands behind `label` in the line that `rest` begins with; the line is taken.
std::optional<std::string_view> take_line(std::string_view& rest, std::string_view label)
{
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos || !rest.starts_with(label) || end < label.size())
        return std::nullopt;
    const std::string_view value = rest.substr(label.size(), end - label.size());
    rest.remove_prefix(end + 1);
    return value;
}

std::optional<std::uint64_t> number_of(std::string_view digits)
{
    std::uint64_t number = 0;
    const auto [at, error] = std::from_chars(digits.begin(), digits.end(), number);
    return error == std::errc{} && at == digits.end() ? std::optional{number} : std::nullopt;
}

}  // namespace

std::string bag_info_text(const BagInfo& info)
{
    std::string text = fmt::format("{}{}\n{}{}\n{}{}.{}\n", date_label, info.bagging_date, software_label,
                                   info.software, oxum_label, info.octets, info.files);
    if (info.custody_entries > 0)
        text += fmt::format("{}{} {}\n", custody_label, info.custody_entries, info.custody_head);
    if (!info.fields.empty())
        text += fmt::format("{}{}\n", fields_label, info.fields);
    if (!info.verdict.empty())
        text += fmt::format("{}{}\n", verdict_label, info.verdict);
    return text;
}

std::optional<BagInfo> parse_bag_info(std::string_view text)
{
    std::string_view rest = text;
    const auto date = take_line(rest, date_label);
    const auto software = date ? take_line(rest, software_label) : std::nullopt;
    const auto oxum = software ? take_line(rest, oxum_label) : std::nullopt;
    const std::size_t dot = oxum ? oxum->find('.') : std::string_view::npos;
    if (dot == std::string_view::npos)
        return std::nullopt;
    const auto custody = take_line(rest, custody_label);
    const std::size_t space = custody ? custody->find(' ') : std::string_view::npos;
    const auto entries =
        space == std::string_view::npos ? std::optional<std::uint64_t>{0} : number_of(custody->substr(0, space));
    const auto fields = take_line(rest, fields_label);
    const auto verdict = take_line(rest, verdict_label);
    const auto octets = number_of(oxum->substr(0, dot));
    const auto files = number_of(oxum->substr(dot + 1));
    if (!octets || !files || !entries || !rest.empty() || !hides_nothing(*date) || !hides_nothing(*software))
        return std::nullopt;
    BagInfo info{std::string{*date}, std::string{*software}, *octets, *files, *entries};
    info.fields = fields.value_or(std::string_view{});
    info.verdict = verdict.value_or(std::string_view{});
    if (space != std::string_view::npos)
        info.custody_head = custody->substr(space + 1);
    if (bag_info_text(info) != text)
        return std::nullopt;
    return info;
}

std::array<TagFile, 4> tag_files(const std::vector<ManifestLine>& payload, const BagInfo& info)
{
    std::array<TagFile, 4> files{{{bag_declaration, std::string{bag_declaration_text}},
                                  {bag_info, bag_info_text(info)},
                                  {payload_manifest, manifest_text(payload)},
                                  {tag_manifest, {}}}};
    std::vector<ManifestLine> lines;
    for (const TagFile& file : std::span{files}.first<3>())
        lines.push_back({std::string{file.path}, sha256_hex(std::as_bytes(std::span{file.text}))});
    files.back().text = manifest_text(std::move(lines));
    return files;
}

}  // namespace waybill::evidence
