#include "cli/evidence_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "base/digest.h"
#include "base/file.h"
#include "base/file_descriptor.h"
#include "base/last_error.h"
#include "base/text.h"
#include "capture/wall_clock.h"
#include "cli/analyze_case.h"
#include "cli/case_custody.h"
#include "cli/print.h"
#include "cli/reproduce_case.h"
#include "cli/signing_key.h"
#include "evidence/custody.h"
#include "evidence/verify_case.h"

namespace waybill {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_seal_octets = std::size_t{64} << 20U;

/// Who is at work: their login name, else their number.
std::string login_name()
{
    const passwd* const entry = ::getpwuid(::getuid());  // NOLINT(concurrency-mt-unsafe): one thread
    return entry == nullptr ? fmt::format("uid {}", ::getuid()) : std::string{entry->pw_name};
}

std::string custody_text(const evidence::CustodyEntry& entry)
{
    return fmt::format("{:>3}  {}  {}  {}{}\n", entry.link.number, printable(entry.at), printable(entry.by),
                       printable(entry.what), entry.link.signature ? " · signed" : "");
}

}  // namespace

ExitCode new_key(const fs::path& file)
{
    const auto key = make_signing_key(file);
    if (!key)
        return fail(key.error());
    return print_text(
        fmt::format("{}      keep it: whoever has it can seal as you\n{}  give it to whoever verifies\n"
                    "key {}\n",
                    printable(file.string()), printable(public_file(file).string()), key->public_key().id()));
}

ExitCode add_custody(const CustodyOptions& options)
{
    const auto folder = open_case(options.case_folder);
    if (!folder)
        return fail(folder.error());
    const auto custody = read_custody(*folder);
    if (!custody)
        return fail(custody.error());
    evidence::CustodyEntry entry;
    entry.link.number = custody->entries.size() + 1;
    entry.at = to_rfc3339(wall_clock());
    entry.by = options.by.empty() ? login_name() : options.by;
    entry.what = options.what;
    entry.link.previous = custody->head;
    if (!hides_nothing(entry.by) || !hides_nothing(entry.what) || entry.what.empty())
        return fail({ExitCode::usage, "write what happened in text that shows, on one line"});
    if (const auto seal = read_regular_file(folder->folder() / evidence::seal_file, most_seal_octets))
        entry.seal = sha256_hex(std::as_bytes(std::span{*seal}));
    if (!options.key.empty()) {
        const auto key = read_signing_key(options.key);
        if (!key)
            return fail(key.error());
        evidence::sign(entry, *key);
    }
    const fs::path path = folder->folder() / evidence::custody_file;
    const FileDescriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644)};
    if (!file)
        return fail({ExitCode::cannot_create, fmt::format("{}: {}", path.string(), last_error().message())});
    const off_t before = ::lseek(file.get(), 0, SEEK_END);
    const auto written = write_all(file.get(), evidence::custody_line(entry) + "\n");
    if (!written) {
        // A part of an entry is none.
        const bool is_cut = before == 0 ? ::unlink(path.c_str()) == 0 : ::ftruncate(file.get(), before) == 0;
        return fail({ExitCode::input_output, fmt::format("{}: {}{}", path.string(), written.error(),
                                                         is_cut ? "" : "; it ends within the entry")});
    }
    return print_text(custody_text(entry));
}

ExitCode list_custody(const fs::path& case_folder)
{
    const auto folder = open_case(case_folder);
    if (!folder)
        return fail(folder.error());
    const auto custody = read_custody(*folder);
    if (!custody)
        return fail(custody.error());
    std::string text;
    for (const evidence::CustodyEntry& entry : custody->entries)
        text += custody_text(entry);
    return print_text(text.empty() ? std::string{"nothing was noted: waybill custody add CASE 'handed to …'\n"} : text);
}

ExitCode verify(const VerifyOptions& options)
{
    const auto answer =
        evidence::verify_case({options.case_folder, options.keys, options.timestamp_roots, options.opened});
    if (!answer)
        return fail({ExitCode::input_not_readable, answer.error().message});
    std::string text = answer->text;
    int status = answer->status;
    if (options.reproduce && answer->is_whole_case) {
        const auto reproduced = reproduce_case(options.case_folder);
        if (!reproduced)
            return fail(reproduced.error());
        for (const std::string& difference : reproduced->differences)
            text += fmt::format("  not reproduced: {}\n", difference);
        if (reproduced->differences.empty())
            text +=
                "  reproduced: its packets, analysed again with its rules, give the same events and report, octet "
                "for octet\n";
        else
            status = number(ExitCode::verification_failed);
    }
    const ExitCode printed = print_text(text);
    return printed == ExitCode::ok ? ExitCode{status} : printed;
}

}  // namespace waybill
