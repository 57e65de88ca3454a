#include "evidence/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/digest.h"
#include "base/text.h"
#include "evidence/bag.h"
#include "evidence/envelope.h"
#include "evidence/statement.h"
#include "evidence/verify_chains.h"

namespace waybill::evidence {
namespace {

constexpr std::size_t most_tag_octets = std::size_t{64} << 20U;

constexpr std::size_t most_timestamp_octets = std::size_t{1} << 20U;

constexpr std::array required_tag_files{bag_declaration, bag_info, payload_manifest, tag_manifest, seal_file};
constexpr std::array later_files{custody_file, timestamp_file, fields_seal_file,
                                 verdict_seal_file};  // that may be there, and are checked by themselves

bool is_payload(std::string_view path)
{
    return path.starts_with(payload_folder) && path.substr(payload_folder.size()).starts_with('/');
}

/// The folders that a file stands in.
void add_folders(std::string_view path, std::set<std::string, std::less<>>& folders)
{
    for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1))
        folders.emplace(path.substr(0, slash));
}

std::string digest_of(std::string_view text)
{
    return sha256_hex(std::as_bytes(std::span{text}));
}

class Verifying {
public:
    Verifying(Folder& folder, const Trust& trust) : folder_{folder}, trust_{trust} {}

    Verification run()
    {
        auto entries = folder_.list();
        if (!entries) {
            object("the case", std::move(entries.error()));
            return std::move(result_);
        }
        read_tag_files();
        if (tag_texts_.empty()) {  // not sealed: what was noted down while it was recorded is all there is
            result_.is_sealed = false;
            check_checkpoints(folder_, trust_, result_);
            return std::move(result_);
        }
        const Manifest payload = parse_manifest(text_of(payload_manifest), payload_manifest);
        for (const Fault& fault : payload.faults)
            object(fault.item, fault.what);
        check_entries(*entries, payload.lines);
        check_tag_files();
        check_payload(payload.lines);
        check_seal(payload.lines);
        check_time();
        const BagInfo info = parse_bag_info(text_of(bag_info)).value_or(BagInfo{});
        check_custody(folder_, trust_, info, later_.contains(custody_file), result_);
        check_checkpoints(folder_, trust_, result_);
        check_fields_seal(folder_, trust_, {fields_seal_file, info.fields, later_.contains(fields_seal_file)}, result_);
        check_verdict_seal(folder_, trust_, {verdict_seal_file, info.verdict, later_.contains(verdict_seal_file)},
                           payload.lines, result_);
        return std::move(result_);
    }

private:
    void object(std::string item, std::string what) { result_.object(std::move(item), std::move(what)); }

    std::string_view text_of(std::string_view tag_file) const
    {
        const auto found = tag_texts_.find(tag_file);
        return found == tag_texts_.end() ? std::string_view{} : found->second;
    }

    void read_tag_files()
    {
        for (const std::string_view name : required_tag_files) {
            auto text = folder_.read(name, most_tag_octets);
            if (text)
                tag_texts_.emplace(name, *std::move(text));
            else
                unreadable_.emplace(name, std::move(text.error()));
        }
    }

    /// Each thing in the folder must be one that the bag lists, and each that it lists must be there.
    void check_entries(const std::vector<FolderEntry>& entries, const std::vector<ManifestLine>& payload)
    {
        std::set<std::string, std::less<>> files{required_tag_files.begin(), required_tag_files.end()};
        std::set<std::string, std::less<>> folders{std::string{payload_folder}};
        for (const ManifestLine& line : payload) {
            files.insert(line.path);
            add_folders(line.path, folders);
        }
        std::vector<std::string> added;
        for (const FolderEntry& entry : entries) {
            using enum FolderEntry::Kind;
            if (entry.kind == link)
                object(printable(entry.path), "is a symbolic link; a bag has none");
            else if (entry.kind == other)
                object(printable(entry.path), "is neither a file nor a folder");
            else if (entry.kind == folder && !folders.contains(entry.path))
                object(printable(entry.path), "is a folder that nothing of the bag stands in");
            else if (entry.kind == file && std::ranges::find(later_files, entry.path) != later_files.end())
                later_.insert(entry.path);
            else if (entry.kind == file && files.erase(entry.path) == 0)
                added.push_back(entry.path);
        }
        tell_added_and_missing(added, files, payload);
    }

    /// A file that was added and is what a missing one was has another name.
    void tell_added_and_missing(const std::vector<std::string>& added,
                                const std::set<std::string, std::less<>>& missing,
                                const std::vector<ManifestLine>& payload)
    {
        std::map<std::string_view, std::string_view> by_digest;
        for (const ManifestLine& line : payload)
            if (missing.contains(line.path))
                by_digest.emplace(line.sha256, line.path);
        std::set<std::string_view> renamed;
        for (const std::string& path : added) {
            const auto digest = by_digest.empty() ? std::nullopt : digest_if_any(path);
            const auto was = digest ? by_digest.find(*digest) : by_digest.end();
            if (was == by_digest.end()) {
                object(printable(path), "is not of the bag: it was added");
                continue;
            }
            object(printable(path), fmt::format("is {}, renamed", printable(was->second)));
            renamed.insert(was->second);
        }
        for (const std::string& path : missing)
            if (!renamed.contains(path))
                object(printable(path), "is missing");
        missing_ = missing;
    }

    std::optional<std::string> digest_if_any(std::string_view path)
    {
        const auto digest = folder_.digest(path, UINT64_MAX);
        return digest ? std::optional{digest->sha256} : std::nullopt;
    }

    void check_tag_files()
    {
        for (const auto& [name, why] : unreadable_)
            if (!missing_.contains(name))
                object(std::string{name}, why);
        if (tag_texts_.contains(bag_declaration) && text_of(bag_declaration) != bag_declaration_text)
            object(std::string{bag_declaration}, "is not the declaration of a BagIt 1.0 bag in UTF-8");
        const Manifest tags = parse_manifest(text_of(tag_manifest), tag_manifest);
        for (const Fault& fault : tags.faults)
            object(fault.item, fault.what);
        std::set<std::string_view> open{bag_declaration, bag_info, payload_manifest};
        for (const ManifestLine& line : tags.lines) {
            if (open.erase(line.path) == 0)
                object(std::string{tag_manifest}, fmt::format("lists {}, which it must not", printable(line.path)));
            else if (tag_texts_.contains(line.path) && digest_of(text_of(line.path)) != line.sha256)
                object(line.path, fmt::format("is not what {} says", tag_manifest));
        }
        for (const std::string_view name : open)
            if (tag_texts_.contains(tag_manifest))
                object(std::string{tag_manifest}, fmt::format("does not list {}", name));
    }

    void check_payload(const std::vector<ManifestLine>& lines)
    {
        const auto info = parse_bag_info(text_of(bag_info));
        if (info) {
            result_.bagging_date = info->bagging_date;
            result_.software = info->software;
        } else if (tag_texts_.contains(bag_info)) {
            object(std::string{bag_info}, "is not as Waybill writes it");
        }
        const std::uint64_t limit = info ? info->octets : UINT64_MAX;
        std::uint64_t octets = 0;
        for (const ManifestLine& line : lines) {
            if (!is_payload(line.path)) {
                object(std::string{payload_manifest},
                       fmt::format("lists {}, which is not below {}/", printable(line.path), payload_folder));
                continue;
            }
            if (missing_.contains(line.path))
                continue;
            const auto digest = folder_.digest(line.path, limit);
            if (!digest) {
                object(printable(line.path), digest.error());
                continue;
            }
            octets += digest->octets;
            if (digest->sha256 == line.sha256)
                ++result_.files;
            else
                object(printable(line.path), fmt::format("was changed: it is not what {} says", payload_manifest));
        }
        result_.octets = octets;
        if (info && result_.fault_count() == 0 && (octets != info->octets || lines.size() != info->files))
            object(std::string{bag_info}, fmt::format("says {} octets in {} files, and there are {} in {}",
                                                      info->octets, info->files, octets, lines.size()));
    }

    void check_seal(const std::vector<ManifestLine>& payload)
    {
        const std::string_view text = text_of(seal_file);
        if (!tag_texts_.contains(seal_file))
            return;
        result_.seal_sha256 = digest_of(text);
        const auto envelope = parse_envelope(text);
        if (!envelope)
            return object(std::string{seal_file},
                          fmt::format("is no envelope: {}{}{}", envelope.error().where,
                                      envelope.error().where.empty() ? "" : ": ", envelope.error().what));
        if (envelope_text(*envelope) != text)
            object(std::string{seal_file}, "is not written as Waybill writes it");
        check_signatures(*envelope, seal_file, trust_, result_);
        if (envelope->payload_type != in_toto_payload)
            return object(std::string{seal_file},
                          fmt::format("holds {}, not {}", printable(envelope->payload_type), in_toto_payload));
        const auto statement = parse_statement(envelope->payload);
        if (!statement)
            return object(std::string{seal_file},
                          fmt::format("holds no statement: {}: {}", statement.error().where, statement.error().what));
        if (statement->predicate_type != runtime_trace)
            object(std::string{seal_file},
                   fmt::format("says {}, not {}", printable(statement->predicate_type), runtime_trace));
        check_subjects(statement->subjects, payload);
    }

    /// The seal is of exactly what is in the bag.
    void check_subjects(const std::vector<ManifestLine>& subjects, const std::vector<ManifestLine>& payload)
    {
        std::map<std::string_view, std::string> expected;
        for (const ManifestLine& line : payload)
            expected.emplace(line.path, line.sha256);
        for (const std::string_view name : required_tag_files)
            if (name != seal_file)
                expected.emplace(name, digest_of(text_of(name)));
        for (const ManifestLine& subject : subjects) {
            const auto found = expected.find(subject.path);
            if (found == expected.end())
                object(printable(subject.path), "was sealed, and is not in the bag");
            else if (found->second != subject.sha256)
                object(printable(subject.path), "is not what was sealed");
            if (found != expected.end())
                expected.erase(found);
        }
        for (const auto& [path, digest] : expected)
            object(printable(path), "was not sealed");
    }

    void check_time()
    {
        if (!later_.contains(timestamp_file))
            return;
        const auto response = folder_.read(timestamp_file, most_timestamp_octets);
        if (!response)
            return object(std::string{timestamp_file}, response.error());
        auto checked = check_timestamp(*response, text_of(seal_file), trust_.roots);
        if (checked)
            result_.timestamp = *std::move(checked);
        else
            object(std::string{timestamp_file}, std::move(checked.error()));
    }

    Folder& folder_;
    const Trust& trust_;
    Verification result_;
    std::map<std::string, std::string, std::less<>> tag_texts_;
    std::map<std::string, std::string, std::less<>> unreadable_;  // tag files, with the reason
    std::set<std::string, std::less<>> missing_;
    std::set<std::string, std::less<>> later_;  // that are there
};

}  // namespace

void check_signatures(const Envelope& envelope, std::string_view file, const Trust& trust, Verification& result)
{
    const std::string signed_text = pre_authentication_encoding(envelope.payload_type, envelope.payload);
    const Bytes message = std::as_bytes(std::span{signed_text});
    const std::string item{file};
    if (envelope.signatures.empty())
        result.object(item, "has no signature");
    std::set<std::string_view> ids;
    for (const Signature& signature : envelope.signatures) {
        const auto by = std::ranges::find_if(
            trust.keys, [&](const PublicKey& key) { return key.verifies(message, signature.octets); });
        const bool is_named =
            std::ranges::any_of(trust.keys, [&](const PublicKey& key) { return key.id() == signature.key_id; });
        if (by != trust.keys.end() && by->id() != signature.key_id)
            result.object(item, fmt::format("has a signature by key {} that says it is by {}", by->id(),
                                            printable(signature.key_id)));
        if (by == trust.keys.end() && is_named)
            result.object(item, fmt::format("the signature by key {} does not hold", signature.key_id));
        if (!ids.insert(signature.key_id).second)
            result.object(item, fmt::format("has two signatures by key {}", printable(signature.key_id)));
        result.signatures.push_back({signature.key_id, by != trust.keys.end()});
    }
}

void Verification::object(std::string item, std::string what)
{
    if (faults.size() < most_faults)
        faults.push_back({std::move(item), std::move(what)});
    else
        ++more_faults;
}

Verification::Outcome Verification::outcome() const
{
    if (fault_count() > 0)
        return Outcome::broken;
    if (!is_sealed)
        return Outcome::not_sealed;
    const bool is_verified = std::ranges::any_of(signatures, &CheckedSignature::verified);
    return is_verified ? Outcome::valid : Outcome::unknown_key;
}

Verification verify(Folder& folder, const Trust& trust)
{
    return Verifying{folder, trust}.run();
}

}  // namespace waybill::evidence
