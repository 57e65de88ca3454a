#include "evidence/custody.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "base/base64.h"
#include "base/digest.h"
#include "base/json_object.h"
#include "base/text.h"

namespace waybill::evidence {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t format_version = 1;

std::string digest_of(std::string_view text)
{
    return sha256_hex(std::as_bytes(std::span{text}));
}

Json unsigned_members(const CustodyEntry& entry)
{
    const auto or_null = [](const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); };
    return {{"type", "custody"},
            {"v", format_version},
            {"number", entry.number},
            {"at", entry.at},
            {"by", entry.by},
            {"what", entry.what},
            {"seal", or_null(entry.seal)},
            {"previous", or_null(entry.previous)}};
}

std::string line_of(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Text, or null for an empty one.
std::string text_or_null(JsonObject& in, std::string_view name)
{
    const auto value = in.optional_value(name);
    if (!value)
        in.fail(name, "it is missing; add it");
    else if (!value->is_text() && (*value)->kind != JsonDocument::Kind::null)
        in.fail(name, "it must be text or null");
    return value && value->is_text() ? std::string{(*value)->text} : std::string{};
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
    entry.number = in.optional_count("number").value_or(0);
    entry.at = in.text("at");
    entry.by = in.text("by");
    entry.what = in.text("what");
    entry.seal = text_or_null(in, "seal");
    entry.previous = text_or_null(in, "previous");
    in.object_optional("signature", [&](JsonValue value, const JsonPlace& place) {
        JsonObject signature{value, place, error};
        entry.signature.emplace();
        entry.signature->key_id = signature.text("keyid");
        entry.signature->octets = from_base64(signature.text("sig")).value_or(std::vector<std::byte>{});
        signature.finish();
    });
    in.finish();
    if (error)
        return std::unexpected(*std::move(error));
    return entry;
}

}  // namespace

std::string Custody::head() const
{
    return entries.empty() ? std::string{} : digest_of(custody_line(entries.back()));
}

std::string custody_line(const CustodyEntry& entry)
{
    Json json = unsigned_members(entry);
    if (entry.signature)
        json["signature"] = {{"keyid", entry.signature->key_id}, {"sig", to_base64(entry.signature->octets)}};
    return line_of(json);
}

void sign(CustodyEntry& entry, const SigningKey& key)
{
    const std::string text = line_of(unsigned_members(entry));
    entry.signature = Signature{key.public_key().id(), key.sign(std::as_bytes(std::span{text}))};
}

bool is_signed_by(const CustodyEntry& entry, const PublicKey& key)
{
    const std::string text = line_of(unsigned_members(entry));
    return entry.signature && key.verifies(std::as_bytes(std::span{text}), entry.signature->octets);
}

Custody parse_custody(std::string_view text)
{
    Custody custody;
    std::string previous;
    std::uint64_t number = 0;
    std::string_view rest = text;
    const auto object = [&](std::string what) {
        custody.faults.push_back({fmt::format("{}, line {}", custody_file, number), std::move(what)});
    };
    while (!rest.empty() && custody.faults.empty()) {  // each turn takes a line
        ++number;
        const std::size_t end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        auto entry = parse_line(line);
        if (!entry)
            object(fmt::format("{}{}{}", entry.error().where, entry.error().where.empty() ? "" : ": ",
                               entry.error().what));
        else if (end == std::string_view::npos)
            object("it does not end with a line feed");
        else if (custody_line(*entry) != line)
            object("it is not written as Waybill writes it");
        else if (entry->number != number)
            object(fmt::format("it says that it is number {}", entry->number));
        else if (entry->previous != previous)
            object("it does not follow the line before: one of them was changed, taken out or put in");
        else
            custody.entries.push_back(*std::move(entry));
        previous = digest_of(line);
    }
    return custody;
}

}  // namespace waybill::evidence
