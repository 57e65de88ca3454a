#include "cli/mark_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <expected>
#include <vector>

#include "base/text.h"
#include "capture/case_folder.h"
#include "capture/mark/mark_pipe.h"
#include "cli/print.h"
#include "model/phase.h"

namespace waybill {
namespace {

namespace fs = std::filesystem;

/// The pipes of the cases in the default place, of which some may be left from recordings that broke off: the latest
/// case first.
std::vector<fs::path> pipes_of_default_cases()
{
    std::vector<fs::path> pipes;
    std::error_code problem;
    std::error_code none;
    for (fs::directory_iterator entry{CaseFolder::default_cases(), problem}, end; !problem && entry != end;
         entry.increment(problem))
        if (const fs::path pipe = entry->path() / MarkPipe::name; fs::is_fifo(pipe, none))
            pipes.push_back(pipe);
    std::ranges::sort(pipes, std::ranges::greater{});
    return pipes;
}

std::expected<void, std::string> send_to_latest(std::string_view label)
{
    std::string tried;
    for (const fs::path& pipe : pipes_of_default_cases()) {
        const auto sent = MarkPipe::send(pipe, label);
        if (sent)
            return {};
        tried += "; " + sent.error();
    }
    return std::unexpected(
        fmt::format("no recording runs in a case below {}; name its case with --case DIR, or call this inside of "
                    "waybill run{}",
                    CaseFolder::default_cases().string(), tried));
}

std::expected<void, std::string> send(const MarkOptions& options)
{
    if (!options.case_folder.empty())
        return MarkPipe::send(options.case_folder / MarkPipe::name, options.label);
    if (const char* const pipe = std::getenv("WAYBILL_MARK"); pipe != nullptr && *pipe != '\0')
        return MarkPipe::send(pipe, options.label);
    return send_to_latest(options.label);
}

}  // namespace

ExitCode mark(const MarkOptions& options)
{
    const bool has_text = options.label.find_first_not_of(" \t\r\n") != std::string::npos;
    if (!has_text || options.label.contains('\n') || options.label.size() > Mark::max_label_octets)
        return fail({ExitCode::usage,
                     fmt::format("a mark's label is one line of text, {} octets at most", Mark::max_label_octets)});
    if (const auto sent = send(options); !sent)
        return fail({ExitCode::input_not_readable, sent.error()});
    return ExitCode::ok;
}

}  // namespace waybill
