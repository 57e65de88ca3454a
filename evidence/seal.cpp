#include "evidence/seal.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "base/digest.h"
#include "base/text.h"
#include "evidence/statement.h"

namespace waybill::evidence {

std::expected<Payload, std::string> read_payload(Folder& folder)
{
    auto entries = folder.list();
    if (!entries)
        return std::unexpected(std::move(entries.error()));
    const std::string below = fmt::format("{}/", payload_folder);
    Payload payload;
    for (const FolderEntry& entry : *entries) {
        if (!entry.path.starts_with(below) || entry.kind == FolderEntry::Kind::folder)
            continue;
        if (entry.kind != FolderEntry::Kind::file)
            return std::unexpected(fmt::format("{}: it is no regular file, and a bag has nothing else; take it away",
                                               printable(entry.path)));
        if (const auto objection = path_objection(entry.path))
            return std::unexpected(
                fmt::format("{}: the name {}; give it another one", printable(entry.path), *objection));
        auto digest = folder.digest(entry.path, UINT64_MAX);
        if (!digest)
            return std::unexpected(std::move(digest.error()));
        payload.octets += digest->octets;
        payload.files.push_back({entry.path, std::move(digest->sha256)});
    }
    return payload;
}

Seal make_seal(const Payload& payload, const BagInfo& info, const nlohmann::ordered_json& predicate)
{
    Seal seal{tag_files(payload.files, info), {std::string{in_toto_payload}, {}, {}}};
    Statement statement{std::string{runtime_trace}, payload.files};
    for (const TagFile& tag : seal.tags)
        statement.subjects.push_back({std::string{tag.path}, sha256_hex(std::as_bytes(std::span{tag.text}))});
    seal.envelope.payload = statement_text(statement, predicate);
    return seal;
}

Envelope verdict_envelope(const Payload& payload, const nlohmann::ordered_json& predicate)
{
    Statement statement{std::string{verification_result}, payload.files};
    std::ranges::sort(statement.subjects, {}, &ManifestLine::path);  // as the manifest has them
    return {std::string{in_toto_payload}, statement_text(statement, predicate), {}};
}

void sign(Envelope& envelope, const SigningKey& key)
{
    const std::string text = pre_authentication_encoding(envelope.payload_type, envelope.payload);
    envelope.signatures.push_back({key.public_key().id(), key.sign(std::as_bytes(std::span{text}))});
}

}  // namespace waybill::evidence
