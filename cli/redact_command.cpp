#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "cli/evidence_command.h"
#include "cli/print.h"
#include "cli/pseudonyms.h"
#include "evidence/disk_folder.h"
#include "evidence/redaction.h"
#include "evidence/verify_case.h"

namespace waybill {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_document_octets = std::size_t{1} << 31U;
constexpr std::size_t most_secret_octets = 1'024;

using Secret = std::vector<std::byte>;

/// The secret of a case that is sealed and whole; whose seal it is does not matter here.
std::expected<Secret, Failure> secret_of(evidence::Folder& folder, const fs::path& place)
{
    const auto verification = evidence::verify(folder, {});
    if (!verification.is_sealed || verification.fault_count() > 0)
        return std::unexpected(
            Failure{ExitCode::verification_failed,
                    fmt::format("{}: only a sealed case that is whole is shared\n{}", printable(place.string()),
                                evidence::verification_text(verification))});
    const auto text = folder.read(evidence::secret_file, most_secret_octets);
    auto secret = text ? evidence::parse_secret(*text) : std::nullopt;
    if (!secret)
        return std::unexpected(Failure{ExitCode::input_not_understood,
                                       fmt::format("{}: was sealed without {}, by which shares are tied to it",
                                                   printable(place.string()), evidence::secret_file)});
    return *std::move(secret);
}

std::expected<void, Failure> write_share_file(const fs::path& path, std::string_view text)
{
    if (const auto written = write_file(path, text); !written)
        return std::unexpected(Failure{ExitCode::input_output, written.error()});
    return {};
}

/// Writes the share into a folder that is there. Gives how many fields it keeps and how many are replaced.
std::expected<std::pair<std::uint64_t, std::uint64_t>, Failure> write_share(evidence::Folder& folder,
                                                                            const Secret& secret,
                                                                            const Pseudonyms& pseudonyms,
                                                                            const fs::path& output)
{
    std::uint64_t kept = 0;
    std::uint64_t replaced = 0;
    for (const evidence::SharedDocument& document : evidence::shared_documents) {
        const auto text = folder.read(document.path, most_document_octets);
        if (!text)
            return std::unexpected(Failure{ExitCode::input_not_readable, text.error()});
        const auto redacted =
            evidence::redact(document, *text, secret, [&](std::string_view each) { return pseudonyms.replace(each); });
        if (!redacted)
            return std::unexpected(Failure{ExitCode::input_not_understood, redacted.error().what});
        for (const auto& [path, octets] :
             {std::pair{document.path, &redacted->text}, {document.fields, &redacted->fields}})
            if (const auto written = write_share_file(output / path, *octets); !written)
                return std::unexpected(written.error());
        kept += redacted->kept;
        replaced += redacted->replaced;
    }
    const auto envelope = folder.read(evidence::fields_seal_file, most_document_octets);
    if (!envelope)
        return std::unexpected(Failure{ExitCode::input_not_readable, envelope.error()});
    if (const auto written = write_share_file(output / evidence::fields_seal_file, *envelope); !written)
        return std::unexpected(written.error());
    return std::pair{kept, replaced};
}

std::expected<std::string, Failure> share(evidence::Folder& folder, const Secret& secret, const RedactOptions& options)
{
    const auto pseudonyms = Pseudonyms::of(options, secret);
    if (!pseudonyms)
        return std::unexpected(pseudonyms.error());
    std::error_code problem;
    const bool was_there = fs::exists(options.output, problem);
    if (was_there && !fs::is_empty(options.output, problem))
        return std::unexpected(Failure{ExitCode::cannot_create,
                                       options.output.string() + ": is there and not empty; name another folder"});
    fs::create_directories(options.output / "data", problem);
    if (problem)
        return std::unexpected(
            Failure{ExitCode::cannot_create, fmt::format("{}: {}", options.output.string(), problem.message())});
    const auto written = write_share(folder, secret, *pseudonyms, options.output);
    if (!written) {  // a part of a share is none
        for (const fs::path& own : {fs::path{"data"}, fs::path{evidence::fields_seal_file}})
            fs::remove_all(options.output / own, problem);
        if (!was_there)
            fs::remove(options.output, problem);
        return std::unexpected(written.error());
    }
    return fmt::format(
        "{}: {} fields replaced, {} as they were sealed; no packets, owners or rules\n"
        "next  look at what is left, then: waybill verify {} --key FILE.pub\n",
        printable(options.output.string()), written->second, written->first, printable(options.output.string()));
}

/// `events:12/endpoint/host`, `report:contacts/0/endpoint/host`.
std::expected<std::string, Failure> opened(evidence::Folder& folder, const Secret& secret, const std::string& place)
{
    const std::size_t colon = std::min(place.find(':'), place.size());
    const std::string name = fmt::format("data/{}.", place.substr(0, colon));
    for (const evidence::SharedDocument& document : evidence::shared_documents) {
        if (!document.path.starts_with(name))
            continue;
        const auto text = folder.read(document.path, most_document_octets);
        const auto field =
            text ? evidence::opened_field(document, *text, secret, place.substr(std::min(colon + 1, place.size())))
                 : std::nullopt;
        if (field)
            return *field;
    }
    return std::unexpected(Failure{ExitCode::usage, fmt::format("--open: there is no field \"{}\"; write for example "
                                                                "events:12/endpoint/host or report:run/user",
                                                                printable(place))});
}

}  // namespace

ExitCode redact_case(const RedactOptions& options)
{
    if (options.output.empty() == options.open.empty())
        return fail({ExitCode::usage, "name the folder of the share by -o DIR, or a field to open by --open PLACE"});
    const auto folder = evidence::DiskFolder::open(options.case_folder);
    if (!folder)
        return fail({ExitCode::input_not_readable, folder.error()});
    const auto secret = secret_of(**folder, options.case_folder);
    if (!secret)
        return fail_as_is(secret.error());
    const auto done =
        options.open.empty() ? share(**folder, *secret, options) : opened(**folder, *secret, options.open);
    return done ? print_text(*done) : fail(done.error());
}

}  // namespace waybill
