#include <fcntl.h>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/digest.h"
#include "base/file.h"
#include "base/file_descriptor.h"
#include "base/text.h"
#include "capture/wall_clock.h"
#include "cli/analyze_case.h"
#include "cli/case_custody.h"
#include "cli/case_verdict.h"
#include "cli/evidence_command.h"
#include "cli/print.h"
#include "cli/reproduce_case.h"
#include "cli/signing_key.h"
#include "evidence/disk_folder.h"
#include "evidence/redaction.h"
#include "evidence/seal.h"
#include "evidence/verify_case.h"
#include "report/in_toto.h"

namespace waybill {
namespace {

namespace fs = std::filesystem;

using evidence::SigningKey;

constexpr std::size_t most_envelope_octets = std::size_t{64} << 20U;
constexpr std::size_t most_timestamp_octets = std::size_t{1} << 20U;
constexpr std::size_t most_secret_octets = 1'024;
constexpr std::size_t most_document_octets = std::size_t{1} << 31U;

/// Whether no recording reads the pipe of marks any more: it was killed, and the pipe stayed.
bool is_left_behind(const fs::path& pipe)
{
    const FileDescriptor writer{::open(pipe.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)};
    return !writer && (errno == ENXIO || errno == ENOENT);
}

/// Beside data/ a case that can be sealed holds nothing but the HOME of its run.
std::expected<void, Failure> check_place(const CaseFolder& folder)
{
    std::error_code problem;
    for (fs::directory_iterator at{folder.folder(), problem}, end; !problem && at != end; at.increment(problem)) {
        const std::string name = at->path().filename().string();
        if (name == "marks" && is_left_behind(at->path())) {
            fs::remove(at->path(), problem);
            continue;
        }
        if (name == "marks")
            return std::unexpected(
                Failure{ExitCode::cannot_create,
                        fmt::format("{}: a recording takes marks by it; wait for its end", at->path().string())});
        if (name != evidence::payload_folder && name != "home" && name != evidence::bag_declaration &&
            name != evidence::bag_info && name != evidence::custody_file && name != evidence::fields_seal_file &&
            name != evidence::verdict_seal_file && name != evidence::payload_manifest && name != evidence::tag_manifest)
            return std::unexpected(
                Failure{ExitCode::cannot_create,
                        fmt::format("{}: is no part of a case; take it away, or put it below data/ to have it sealed",
                                    at->path().string())});
    }
    return {};
}

/// The HOME of the run is not evidence: what the command wrote there may be anything. It goes beside the case.
std::expected<std::optional<fs::path>, Failure> move_home(const CaseFolder& folder)
{
    const fs::path home = folder.folder() / "home";
    std::error_code problem;
    if (!fs::exists(fs::symlink_status(home, problem)))
        return std::nullopt;
    fs::path beside = folder.folder();
    beside += "-home";
    if (fs::exists(fs::symlink_status(beside, problem)))
        return std::unexpected(Failure{ExitCode::cannot_create, beside.string() +
                                                                    ": is there; home/ of the case, which "
                                                                    "is no evidence, cannot go there"});
    fs::rename(home, beside, problem);
    if (problem)
        return std::unexpected(
            Failure{ExitCode::cannot_create, fmt::format("{}: {}", home.string(), problem.message())});
    return beside;
}

/// A case's report, which must be what its recording gives: else nobody could have it again.
std::expected<Report, Failure> settled_report(const CaseFolder& folder)
{
    std::error_code problem;
    if (!fs::exists(folder.events(), problem) || !fs::exists(folder.report(), problem))
        return analyze_case(folder.folder(), {});
    auto reproduced = reproduce_case(folder.folder());
    if (!reproduced)
        return std::unexpected(std::move(reproduced.error()));
    if (!reproduced->differences.empty())
        return std::unexpected(
            Failure{ExitCode::input_not_understood,
                    fmt::format("{}; analyse it again before it is sealed: waybill analyze {}",
                                reproduced->differences.front(), printable(folder.folder().string()))});
    return std::move(reproduced->report);
}

std::string today()
{
    return to_rfc3339(wall_clock()).substr(0, std::string_view{"2026-11-27"}.size());
}

std::expected<void, Failure> write_tag(const fs::path& path, std::string_view text)
{
    if (const auto written = write_file(path, text); !written)
        return std::unexpected(Failure{ExitCode::input_output, written.error()});
    return {};
}

std::string sealed_text(const evidence::Payload& payload, const SigningKey& key, const SealOptions& options,
                        const std::optional<fs::path>& home, const std::optional<Verdict>& verdict)
{
    std::string text = fmt::format("sealed: {} files, {} octets, by key {}\n", payload.files.size(), payload.octets,
                                   key.public_key().id());
    if (home)
        text += fmt::format("        home/, which is no evidence, is now {}\n", printable(home->string()));
    if (verdict)
        text += fmt::format("judged  by {}: {} denied, {} to be reviewed, {} undecided, {} allowed\n", verdict->policy,
                            verdict->count(Effect::deny), verdict->count(Effect::review), verdict->undecided(),
                            verdict->count(Effect::allow));
    text += fmt::format("next    waybill verify {} --key {}\n", printable(options.case_folder.string()),
                        printable(public_file(options.key).string()));
    return text;
}

/// What ties shares to the case, by a secret that stays in it.
std::expected<evidence::Statement, Failure> fields_of(const CaseFolder& folder)
{
    const fs::path place = folder.folder() / evidence::secret_file;
    std::error_code problem;
    if (!fs::exists(fs::symlink_status(place, problem)))
        if (const auto written = write_tag(place, evidence::new_secret()); !written)
            return std::unexpected(written.error());
    const auto text = read_regular_file(place, most_secret_octets);
    const auto secret = text ? evidence::parse_secret(*text) : std::nullopt;
    if (!secret)
        return std::unexpected(Failure{ExitCode::input_not_understood,
                                       text ? place.string() + ": is no secret; remove it" : text.error()});
    std::array<std::string, evidence::shared_documents.size()> texts;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        auto document =
            read_regular_file(folder.folder() / evidence::shared_documents.at(i).path, most_document_octets);
        if (!document)
            return std::unexpected(Failure{ExitCode::input_not_readable, document.error()});
        texts.at(i) = *std::move(document);
    }
    auto statement = evidence::fields_statement(texts, *secret);
    if (!statement)
        return std::unexpected(Failure{ExitCode::input_not_understood,
                                       fmt::format("{}: {}", statement.error().where, statement.error().what)});
    return *std::move(statement);
}

/// Where no policy judges the case, nothing. What an attempt that broke off left behind goes.
std::expected<std::optional<Verdict>, Failure> verdict_of(const CaseFolder& folder, const Report& report,
                                                          const SealOptions& options)
{
    if (!options.policy.empty())
        return keep_verdict(folder, report, options.policy);
    for (const std::string_view file : {sealed_policy, sealed_verdict, evidence::verdict_seal_file}) {
        std::error_code problem;
        fs::remove(folder.folder() / file, problem);
        if (problem)
            return std::unexpected(Failure{ExitCode::input_output, fmt::format("{}: {}", file, problem.message())});
    }
    return std::nullopt;
}

/// Signs what is sealed beside the files themselves, writes it, and says what bag-info.txt ties to it.
std::expected<std::string, Failure> write_further(const CaseFolder& folder, evidence::Envelope envelope,
                                                  std::string_view file, const SigningKey& key)
{
    evidence::sign(envelope, key);
    if (const auto written = write_tag(folder.folder() / file, evidence::envelope_text(envelope)); !written)
        return std::unexpected(written.error());
    return sha256_hex(std::as_bytes(std::span{envelope.payload}));
}

/// Seals a case for the first time.
std::expected<std::string, Failure> seal_whole(const CaseFolder& folder, const SigningKey& key,
                                               const SealOptions& options)
{
    if (const auto checked = check_place(folder); !checked)
        return std::unexpected(checked.error());
    const auto report = settled_report(folder);
    if (!report)
        return std::unexpected(report.error());
    const auto disk = evidence::DiskFolder::open(folder.folder());
    if (!disk)
        return std::unexpected(Failure{ExitCode::input_not_readable, disk.error()});
    const auto checked = evidence::verify(**disk, {});
    if (checked.fault_count() > 0 && !checked.is_sealed)
        return std::unexpected(
            Failure{ExitCode::verification_failed,
                    "it is not sealed, for it is not what was recorded\n" + evidence::verification_text(checked)});
    const auto verdict = verdict_of(folder, *report, options);
    if (!verdict)
        return std::unexpected(verdict.error());
    const auto fields = fields_of(folder);
    if (!fields)
        return std::unexpected(fields.error());
    const auto payload = evidence::read_payload(**disk);
    if (!payload)
        return std::unexpected(Failure{ExitCode::input_not_understood, payload.error()});
    const auto home = move_home(folder);
    if (!home)
        return std::unexpected(home.error());
    const auto custody = read_custody(folder);
    if (!custody)
        return std::unexpected(custody.error());
    const auto shares = write_further(folder, evidence::fields_envelope(*fields), evidence::fields_seal_file, key);
    if (!shares)
        return std::unexpected(shares.error());
    evidence::BagInfo info{today(),
                           "Waybill " WAYBILL_VERSION,
                           payload->octets,
                           payload->files.size(),
                           custody->entries.size(),
                           custody->head,
                           *shares,
                           {}};
    if (*verdict) {
        const auto predicate = verification_result_predicate(**verdict, *report, wall_clock(), sealed_policy);
        auto judged =
            write_further(folder, evidence::verdict_envelope(*payload, predicate), evidence::verdict_seal_file, key);
        if (!judged)
            return std::unexpected(std::move(judged.error()));
        info.verdict = *std::move(judged);
    }
    evidence::Seal seal = evidence::make_seal(*payload, info, runtime_trace_predicate(*report));
    evidence::sign(seal.envelope, key);
    for (const evidence::TagFile& tag : seal.tags)
        if (const auto written = write_tag(folder.folder() / tag.path, tag.text); !written)
            return std::unexpected(written.error());
    // The last one: a case without it is not sealed yet, and can be sealed again.
    if (const auto written = write_tag(folder.folder() / evidence::seal_file, evidence::envelope_text(seal.envelope));
        !written)
        return std::unexpected(written.error());
    return sealed_text(*payload, key, options, *home, *verdict);
}

/// Signs a sealed case once more, which must be whole.
std::expected<std::string, Failure> sign_sealed(const CaseFolder& folder, const SigningKey& key)
{
    const auto disk = evidence::DiskFolder::open(folder.folder());
    if (!disk)
        return std::unexpected(Failure{ExitCode::input_not_readable, disk.error()});
    const std::vector<evidence::PublicKey> own{key.public_key()};
    const auto verification = evidence::verify(**disk, {own, std::nullopt});
    if (verification.fault_count() > 0)
        return std::unexpected(
            Failure{ExitCode::verification_failed,
                    "it is not signed, for it is not what was sealed\n" + evidence::verification_text(verification)});
    if (verification.outcome() == evidence::Verification::Outcome::valid)
        return fmt::format("sealed already, and by this key: {}\n", own.front().id());
    std::size_t signatures = 0;
    for (const std::string_view file : {evidence::fields_seal_file, evidence::verdict_seal_file, evidence::seal_file}) {
        std::error_code problem;
        if (!fs::exists(folder.folder() / file, problem))
            continue;  // no policy judged it
        const auto text = (*disk)->read(file, most_envelope_octets);
        auto envelope = text ? evidence::parse_envelope(*text) : std::unexpected(FieldError{{}, text.error()});
        if (!envelope)
            return std::unexpected(Failure{ExitCode::input_not_readable, envelope.error().what});
        if (envelope->signatures.size() == evidence::most_signatures)
            return std::unexpected(
                Failure{ExitCode::cannot_create,
                        fmt::format("it has {} signatures, and no more are read", evidence::most_signatures)});
        evidence::sign(*envelope, key);
        signatures = envelope->signatures.size();
        if (const auto written = write_tag(folder.folder() / file, evidence::envelope_text(*envelope)); !written)
            return std::unexpected(written.error());
    }
    return fmt::format("signed too by key {}: {} signatures\n", own.front().id(), signatures);
}

/// Writes the request for a time-stamp of the seal as it is, or keeps the response to one.
std::expected<std::string, Failure> stamp(const CaseFolder& folder, const SealOptions& options)
{
    const fs::path seal_path = folder.folder() / evidence::seal_file;
    const auto envelope = read_regular_file(seal_path, most_envelope_octets);
    if (!envelope)
        return std::unexpected(
            Failure{ExitCode::input_not_readable, envelope.error() + "; seal the case first, with --key"});
    if (!options.timestamp_request.empty()) {
        if (const auto written = write_tag(options.timestamp_request, evidence::timestamp_request(*envelope)); !written)
            return std::unexpected(written.error());
        return fmt::format(
            "{}: send it to a time-stamp authority, and keep its answer by\n"
            "        waybill seal {} --timestamp-response ANSWER\n",
            printable(options.timestamp_request.string()), printable(options.case_folder.string()));
    }
    const auto response = read_regular_file(options.timestamp_response, most_timestamp_octets);
    if (!response)
        return std::unexpected(Failure{ExitCode::input_not_readable, response.error()});
    const auto checked = evidence::check_timestamp(*response, *envelope, std::nullopt);
    if (!checked)
        return std::unexpected(Failure{ExitCode::input_not_understood,
                                       fmt::format("{} {}", options.timestamp_response.string(), checked.error())});
    if (const auto written = write_tag(folder.folder() / evidence::timestamp_file, *response); !written)
        return std::unexpected(written.error());
    return fmt::format("time-stamped {}, as its authority says: verify it with --timestamp-roots\n", checked->at);
}

}  // namespace

ExitCode seal(const SealOptions& options)
{
    const bool stamps = !options.timestamp_request.empty() || !options.timestamp_response.empty();
    if (options.key.empty() && (!stamps || !options.policy.empty()))
        return fail({ExitCode::usage, "name the key to seal with by --key FILE; waybill key new FILE makes one"});
    const auto folder = open_case(options.case_folder);
    if (!folder)
        return fail(folder.error());
    std::string text;
    if (!options.key.empty()) {
        const auto key = read_signing_key(options.key);
        if (!key)
            return fail(key.error());
        std::error_code problem;
        const bool is_sealed = fs::exists(folder->folder() / evidence::seal_file, problem);
        if (is_sealed && !options.policy.empty())
            return fail({ExitCode::usage,
                         "the case is sealed, and a verdict is sealed with it or not at all; judge it by waybill "
                         "check"});
        const auto done = is_sealed ? sign_sealed(*folder, *key) : seal_whole(*folder, *key, options);
        if (!done)
            return fail_as_is(done.error());
        text = *done;
    }
    if (stamps) {
        const auto done = stamp(*folder, options);
        if (!done)
            return fail(done.error());
        text += *done;
    }
    return print_text(text);
}

}  // namespace waybill
