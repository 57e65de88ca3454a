#include "evidence/verify_chains.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "base/sha256_stream.h"
#include "base/text.h"
#include "evidence/checkpoints.h"
#include "evidence/statement.h"

namespace waybill::evidence {
namespace {

constexpr std::size_t most_custody_octets = std::size_t{16} << 20U;
constexpr std::size_t most_checkpoint_octets = std::size_t{256} << 20U;
constexpr std::size_t most_envelope_octets = std::size_t{64} << 20U;

/// Whether a given key signed a line. A line that says it is by a given key, and is not, is a fault.
template <class Entry>
bool is_by_given_key(const Entry& entry, std::string_view file, const Trust& trust, Verification& result)
{
    const auto by = std::ranges::find_if(trust.keys, [&](const PublicKey& key) { return is_signed_by(entry, key); });
    const auto& signature = entry.link.signature;
    const bool is_named = signature && std::ranges::any_of(trust.keys, [&](const PublicKey& key) {
                              return key.id() == signature->key_id;
                          });
    const std::string line = fmt::format("{}, line {}", file, entry.link.number);
    if (by == trust.keys.end() && is_named)
        result.object(line, "its signature does not hold");
    if (by != trust.keys.end() && by->id() != signature->key_id)
        result.object(line, "it says that it is signed by another key");
    return by != trust.keys.end();
}

/// What a file must be up to several places, in the order of these.
using Places = std::vector<std::pair<std::uint64_t, std::string_view>>;  // octets, digest

/// Reads a file once. The first place up to which it is another one; nothing: it is what it was at all of them.
std::expected<std::optional<std::uint64_t>, std::string> first_difference(Folder& folder, std::string_view path,
                                                                          const Places& places, std::uint64_t& size)
{
    Sha256Stream digest;
    std::optional<std::uint64_t> difference;
    auto next = places.begin();
    size = 0;
    const auto pass = [&] {
        for (; next != places.end() && next->first == size && !difference; ++next)
            if (digest.so_far() != next->second)
                difference = next->first;
    };
    pass();
    auto done = folder.stream(path, UINT64_MAX, [&](std::string_view piece) {
        while (!piece.empty()) {  // each turn takes an octet or more
            const std::uint64_t wanted = next == places.end() ? piece.size() : next->first - size;
            const std::string_view part =
                piece.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(wanted, piece.size())));
            digest.add(std::as_bytes(std::span{part}));
            size += part.size();
            piece.remove_prefix(part.size());
            pass();
            if (difference)
                next = places.end();
        }
    });
    if (!done)
        return std::unexpected(std::move(done.error()));
    if (!difference && next != places.end())
        difference = next->first;  // it is shorter
    return difference;
}

/// What it signs; nothing where there is none, or none that can be read.
std::optional<std::string> check_further_seal(Folder& folder, const Trust& trust, const FurtherSeal& seal,
                                              Verification& result)
{
    const std::string file{seal.file};
    if (seal.sealed.empty() || !seal.is_there) {
        if (seal.is_there || !seal.sealed.empty())
            result.object(file, seal.is_there ? "is not of the bag: it was added" : "is missing");
        return std::nullopt;
    }
    const auto text = folder.read(seal.file, most_envelope_octets);
    auto envelope = text ? parse_envelope(*text) : std::unexpected(FieldError{{}, text.error()});
    if (!envelope || envelope_text(*envelope) != *text) {
        result.object(file, envelope ? "is not written as Waybill writes it" : envelope.error().what);
        return std::nullopt;
    }
    if (line_digest(envelope->payload) != seal.sealed || envelope->payload_type != in_toto_payload)
        result.object(file, "is not what was sealed");
    Verification signatures;  // those of the seal itself are told
    check_signatures(*envelope, seal.file, trust, signatures);
    for (Fault& fault : signatures.faults)
        result.object(std::move(fault.item), std::move(fault.what));
    return std::move(envelope->payload);
}

}  // namespace

void check_custody(Folder& folder, const Trust& trust, const BagInfo& info, bool is_there, Verification& result)
{
    const std::string file{custody_file};
    result.sealed_custody = info.custody_entries;
    if (!is_there) {
        if (info.custody_entries > 0)
            result.object(file, "is missing");
        return;
    }
    const auto text = folder.read(custody_file, most_custody_octets);
    if (!text)
        return result.object(file, text.error());
    Custody custody = parse_custody(*text);
    for (Fault& fault : custody.faults)
        result.object(std::move(fault.item), std::move(fault.what));
    if (custody.entries.size() < info.custody_entries)
        result.object(file,
                      fmt::format("has {} entries, and {} were sealed", custody.entries.size(), info.custody_entries));
    else if (info.custody_entries > 0 &&
             line_digest(custody_line(custody.entries[info.custody_entries - 1])) != info.custody_head)
        result.object(file, "is not what was sealed");
    for (const CustodyEntry& entry : custody.entries)
        if (!is_by_given_key(entry, custody_file, trust, result) && entry.link.number > info.custody_entries)
            ++result.unchecked_custody;
    result.custody = std::move(custody.entries);
}

void check_fields_seal(Folder& folder, const Trust& trust, const FurtherSeal& seal, Verification& result)
{
    static_cast<void>(check_further_seal(folder, trust, seal, result));
}

void check_verdict_seal(Folder& folder, const Trust& trust, const FurtherSeal& seal,
                        const std::vector<ManifestLine>& payload, Verification& result)
{
    const std::string file{seal.file};
    const auto text = check_further_seal(folder, trust, seal, result);
    if (!text)
        return;
    const auto statement = parse_statement(*text);
    if (!statement)
        return result.object(
            file, fmt::format("holds no statement: {}: {}", statement.error().where, statement.error().what));
    if (statement->predicate_type != verification_result)
        result.object(file, fmt::format("says {}, not {}", printable(statement->predicate_type), verification_result));
    if (statement->subjects != payload)
        result.object(file, "is of other files than the case has");
    result.has_verdict = true;
}

void check_checkpoints(Folder& folder, const Trust& trust, Verification& result)
{
    const auto text = folder.read(checkpoints_file, most_checkpoint_octets);
    if (!text)
        return;  // a recording by an earlier version has none; that one was taken away the manifest tells
    const Checkpoints chain = parse_checkpoints(*text);
    for (const Fault& fault : chain.faults)
        result.object(fault.item, fault.what);
    std::map<std::string_view, Places> files;
    for (const Checkpoint& checkpoint : chain.entries) {
        result.signed_checkpoints += is_by_given_key(checkpoint, checkpoints_file, trust, result) ? 1U : 0U;
        for (const WrittenPart& part : checkpoint.parts)
            files[part.file].emplace_back(part.octets, part.sha256);
    }
    result.checkpoints = chain.entries.size();
    result.has_ended = !chain.entries.empty() && chain.entries.back().is_end;
    for (const auto& [file, places] : files) {
        const std::string path = fmt::format("{}/{}", payload_folder, file);
        if (path_objection(path)) {
            result.object(std::string{checkpoints_file}, fmt::format("names {}", printable(path)));
            continue;
        }
        std::uint64_t size = 0;
        const auto difference = first_difference(folder, path, places, size);
        if (!difference)
            result.object(printable(path), difference.error());
        else if (*difference)
            result.object(printable(path),
                          fmt::format("is not what was recorded: its first {} octets were others", **difference));
        else
            result.after_checkpoints += size - places.back().first;
    }
}

}  // namespace waybill::evidence
