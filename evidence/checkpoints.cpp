#include "evidence/checkpoints.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.h"

namespace waybill::evidence {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t format_version = 1;

Json members_of(const Checkpoint& checkpoint)
{
    Json parts = Json::array();
    for (const WrittenPart& part : checkpoint.parts)
        parts.push_back({{"file", part.file}, {"octets", part.octets}, {"sha256", part.sha256}});
    return {{"type", "checkpoint"},
            {"v", format_version},
            {"number", checkpoint.link.number},
            {"at", checkpoint.at},
            {"since_boot_ns", checkpoint.since_boot},
            {"end", checkpoint.is_end},
            {"written", std::move(parts)},
            {"previous", json_or_null(checkpoint.link.previous)}};
}

std::expected<Checkpoint, FieldError> parse_line(std::string_view line)
{
    const auto document = JsonDocument::parse(line);
    if (!document)
        return std::unexpected(document.error());
    const JsonPlace root;
    std::optional<FieldError> error;
    JsonObject in{{&*document, 0}, root, error};
    Checkpoint checkpoint;
    if (in.text("type") != "checkpoint")
        in.fail("type", "it is not \"checkpoint\"");
    if (in.optional_count("v") != format_version)
        in.fail("v", "it is not 1, the version that is read");
    checkpoint.at = in.text("at");
    checkpoint.since_boot = static_cast<std::int64_t>(in.optional_count("since_boot_ns").value_or(0));
    checkpoint.is_end = in.optional_boolean("end").value_or(false);
    in.each("written", [&](JsonValue value, const JsonPlace& place) {
        JsonObject part{value, place, error};
        WrittenPart written;
        written.file = part.text("file");
        written.octets = part.optional_count("octets").value_or(0);
        written.sha256 = part.text("sha256");
        part.finish();
        checkpoint.parts.push_back(std::move(written));
    });
    checkpoint.link = read_link(in, error);
    in.finish();
    if (error)
        return std::unexpected(*std::move(error));
    return checkpoint;
}

}  // namespace

std::string checkpoint_line(const Checkpoint& checkpoint)
{
    return chain_line(members_of(checkpoint), checkpoint.link);
}

void sign(Checkpoint& checkpoint, const SigningKey& key)
{
    checkpoint.link.signature = sign_line(members_of(checkpoint), key);
}

bool is_signed_by(const Checkpoint& checkpoint, const PublicKey& key)
{
    return is_line_signed_by(members_of(checkpoint), checkpoint.link, key);
}

Checkpoints parse_checkpoints(std::string_view text)
{
    Checkpoints chain = parse_line_chain<Checkpoint>(text, checkpoints_file, parse_line, checkpoint_line);
    std::map<std::string_view, std::uint64_t> written;
    for (const Checkpoint& checkpoint : chain.entries)
        for (const WrittenPart& part : checkpoint.parts) {
            std::uint64_t& octets = written[part.file];
            if (part.octets < octets && chain.faults.empty())
                chain.faults.push_back({fmt::format("{}, line {}", checkpoints_file, checkpoint.link.number),
                                        fmt::format("{} has less than before", printable(part.file))});
            octets = part.octets;
        }
    return chain;
}

}  // namespace waybill::evidence
