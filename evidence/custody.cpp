#include "evidence/custody.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace waybill::evidence {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t format_version = 1;

Json members_of(const CustodyEntry& entry)
{
    return {{"type", "custody"},
            {"v", format_version},
            {"number", entry.link.number},
            {"at", entry.at},
            {"by", entry.by},
            {"what", entry.what},
            {"seal", json_or_null(entry.seal)},
            {"previous", json_or_null(entry.link.previous)}};
}

std::expected<CustodyEntry, FieldError> parse_line(std::string_view line)
{
    const auto document = JsonDocument::parse(line);
    if (!document)
        return std::unexpected(document.error());
    const JsonPlace root;
    std::optional<FieldError> error;
    JsonObject in{{&*document, 0}, root, error};
    CustodyEntry entry;
    if (in.text("type") != "custody")
        in.fail("type", "it is not \"custody\"");
    if (in.optional_count("v") != format_version)
        in.fail("v", "it is not 1, the version that is read");
    entry.at = in.text("at");
    entry.by = in.text("by");
    entry.what = in.text("what");
    entry.seal = text_or_null(in, "seal");
    entry.link = read_link(in, error);
    in.finish();
    if (error)
        return std::unexpected(*std::move(error));
    return entry;
}

}  // namespace

std::string custody_line(const CustodyEntry& entry)
{
    return chain_line(members_of(entry), entry.link);
}

void sign(CustodyEntry& entry, const SigningKey& key)
{
    entry.link.signature = sign_line(members_of(entry), key);
}

bool is_signed_by(const CustodyEntry& entry, const PublicKey& key)
{
    return is_line_signed_by(members_of(entry), entry.link, key);
}

Custody parse_custody(std::string_view text)
{
    return parse_line_chain<CustodyEntry>(text, custody_file, parse_line, custody_line);
}

}  // namespace waybill::evidence
