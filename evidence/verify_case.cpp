#include "evidence/verify_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "evidence/bag.h"
#include "evidence/disk_folder.h"
#include "evidence/redaction.h"

namespace waybill::evidence {
namespace {

constexpr std::size_t most_key_octets = 16'384;
constexpr std::size_t most_opened_octets = std::size_t{1} << 20U;
constexpr std::size_t most_roots_octets = std::size_t{4} << 20U;

std::string counted(std::uint64_t count, std::string_view one, std::string_view many)
{
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string sealed_when(const Verification& verification)
{
    return verification.bagging_date.empty() ? std::string{"since it was sealed"}
                                             : fmt::format("since it was sealed on {}", verification.bagging_date);
}

std::string signatures_text(const Verification& verification)
{
    std::string text;
    for (const CheckedSignature& signature : verification.signatures)
        text += fmt::format("  signed by key {}{}\n", printable(signature.key_id),
                            signature.verified ? "" : ", which is none that you named: not checked");
    return text;
}

/// When it was there at the latest, and through whose hands it went.
std::string history_text(const Verification& verification)
{
    std::string text;
    if (const auto& timestamp = verification.timestamp)
        text += fmt::format("  time-stamped {}{}\n", timestamp->at,
                            timestamp->is_trusted ? ""
                                                  : " by an authority that was not checked: name its root with "
                                                    "--timestamp-roots");
    if (verification.custody.empty())
        return text;
    text += fmt::format("  custody: {} in one chain, {} sealed",
                        counted(verification.custody.size(), "entry", "entries"), verification.sealed_custody);
    if (verification.unchecked_custody > 0)
        text += fmt::format(", {} since then that no key you named signed", verification.unchecked_custody);
    return text + "\n";
}

std::string payload_text(const Verification& verification)
{
    return fmt::format("  {}, {}: each is what was sealed, and nothing else is there\n",
                       counted(verification.files, "file", "files"), counted(verification.octets, "octet", "octets"));
}

std::string checkpoints_text(const Verification& verification)
{
    if (verification.checkpoints == 0)
        return {};
    const std::string by =
        verification.signed_checkpoints == verification.checkpoints ? "signed by a key that you named"
        : verification.signed_checkpoints == 0
            ? "signed by no key that you named"
            : fmt::format("{} of them signed by a key that you named", verification.signed_checkpoints);
    std::string text = fmt::format("  recorded with {} in one chain, {}",
                                   counted(verification.checkpoints, "checkpoint", "checkpoints"), by);
    if (!verification.has_ended)
        text += "; it broke off";
    if (verification.after_checkpoints > 0)
        text += fmt::format("; {} came after the last one", counted(verification.after_checkpoints, "octet", "octets"));
    return text + "\n";
}

std::string details_text(const Verification& verification)
{
    return signatures_text(verification) + payload_text(verification) +
           (verification.has_verdict ? "  judged when it was sealed: data/verdict.json, by data/policy.json\n" : "") +
           checkpoints_text(verification) + history_text(verification);
}

int exit_status(Verification::Outcome outcome)
{
    switch (outcome) {
        using enum Verification::Outcome;
        case valid:
            return 0;
        case unknown_key:
        case not_sealed:
            return 2;
        case broken:
            break;
    }
    return 3;
}

/// Whether it is a share of a case and no case.
bool is_share(Folder& folder)
{
    const auto entries = folder.list();
    const auto has = [&](std::string_view path) {
        return entries && std::ranges::find(*entries, path, &FolderEntry::path) != entries->end();
    };
    return has(fields_seal_file) && !has(seal_file) && !has(payload_manifest) && !has("data/run.json");
}

/// What is said of a field that the case's holder opened.
std::expected<std::string, VerifyError> opened_text(Folder& folder, const VerifyRequest& request, int& status)
{
    if (request.opened.empty())
        return std::string{};
    const auto opened = read_regular_file(request.opened, most_opened_octets);
    if (!opened)
        return std::unexpected(VerifyError{VerifyError::Kind::unreadable, opened.error()});
    const auto checked = check_opened(folder, *opened);
    if (checked)
        return fmt::format("  {}: is what was sealed at its place\n", printable(request.opened.string()));
    status = exit_status(Verification::Outcome::broken);
    return fmt::format("  {}: not shown: {}\n", printable(request.opened.string()), checked.error());
}

std::expected<VerifyAnswer, VerifyError> share_answer(Folder& folder, const Trust& trust, const VerifyRequest& request)
{
    using enum Verification::Outcome;
    const ShareVerification share = verify_share(folder, trust);
    VerifyAnswer answer{{}, exit_status(share.outcome()), false};
    if (share.outcome() == broken) {
        answer.text = fmt::format("not valid: {} wrong\n", counted(share.faults.size(), "thing is", "things are"));
        for (const Fault& fault : share.faults)
            answer.text += fmt::format("  {}: {}\n", fault.item, fault.what);
        return answer;
    }
    Verification signed_by;
    signed_by.signatures = share.signatures;
    answer.text = fmt::format(
        "{}: a share of a sealed case, in which {} replaced\n{}  {} what was sealed; packets are not "
        "in a share, so that it cannot be reproduced\n",
        share.outcome() == valid ? "valid" : "valid but untrusted key",
        counted(share.replaced, "field is", "fields are"), signatures_text(signed_by),
        counted(share.kept, "other field is", "other fields are"));
    auto opened = opened_text(folder, request, answer.status);
    if (!opened)
        return std::unexpected(std::move(opened.error()));
    answer.text += *opened;
    return answer;
}

}  // namespace

std::expected<PublicKey, VerifyError> read_public_key(const std::filesystem::path& file)
{
    const auto pem = read_regular_file(file, most_key_octets);
    if (!pem)
        return std::unexpected(VerifyError{VerifyError::Kind::no_key, pem.error()});
    auto key = PublicKey::from_pem(*pem);
    if (!key)
        return std::unexpected(
            VerifyError{VerifyError::Kind::no_key, fmt::format("{}: {}", file.string(), key.error())});
    return *std::move(key);
}

std::expected<VerifyAnswer, VerifyError> verify_case(const VerifyRequest& request)
{
    std::vector<PublicKey> keys;
    for (const std::filesystem::path& file : request.keys) {
        auto key = read_public_key(file);
        if (!key)
            return std::unexpected(std::move(key.error()));
        keys.push_back(*std::move(key));
    }
    const auto folder = DiskFolder::open(request.case_folder);
    if (!folder)
        return std::unexpected(VerifyError{VerifyError::Kind::unreadable, folder.error()});
    Trust trust{keys, std::nullopt};
    if (!request.roots.empty()) {
        auto roots = read_regular_file(request.roots, most_roots_octets);
        if (!roots)
            return std::unexpected(VerifyError{VerifyError::Kind::no_key, std::move(roots.error())});
        trust.roots = *std::move(roots);
    }
    if (is_share(**folder))
        return share_answer(**folder, trust, request);
    if (!request.opened.empty())
        return std::unexpected(VerifyError{VerifyError::Kind::unreadable,
                                           request.case_folder.string() + ": is no share, of which fields are opened"});
    const Verification verification = verify(**folder, trust);
    return VerifyAnswer{verification_text(verification), exit_status(verification.outcome()),
                        verification.is_sealed && verification.fault_count() == 0};
}

std::string verification_text(const Verification& verification)
{
    switch (verification.outcome()) {
        using enum Verification::Outcome;
        case valid:
            return fmt::format("valid: unchanged {}\n{}", sealed_when(verification), details_text(verification));
        case unknown_key:
            return fmt::format(
                "valid but untrusted key: nothing contradicts that it is unchanged {}, and no key that "
                "you named with --key signed it\n{}",
                sealed_when(verification), details_text(verification));
        case not_sealed:
            return fmt::format("not sealed: nothing says that it is unchanged; waybill seal makes it evidence\n{}",
                               checkpoints_text(verification));
        case broken:
            break;
    }
    std::string text =
        fmt::format("not valid: {} wrong\n", counted(verification.fault_count(), "thing is", "things are"));
    for (const Fault& fault : verification.faults)
        text += fmt::format("  {}: {}\n", fault.item, fault.what);
    if (verification.more_faults > 0)
        text += fmt::format("  and {} more\n", verification.more_faults);
    return text;
}

}  // namespace waybill::evidence
