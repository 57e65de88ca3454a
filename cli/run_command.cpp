#include "cli/run_command.h"

#include <fmt/format.h>

#include "cli/print.h"
#include "cli/record_case.h"

namespace waybill {
namespace {

constexpr std::string_view network_needed =
    "run needs --network, so that nothing reaches the internet by surprise:\n"
    "  --network sinkhole  nothing leaves this machine; every name and address answers, then ends politely\n"
    "  --network isolated  a network of its own that leads to this machine's, without root\n"
    "  --network host      the host's own network, unchanged, as root";

constexpr std::string_view reach(NetworkMode mode)
{
    switch (mode) {
        case NetworkMode::sinkhole:
            return "nothing can leave this machine";
        case NetworkMode::isolated:
            return "a network of its own that leads to this machine's: nothing is held back";
        case NetworkMode::host:
        case NetworkMode::interface:
            break;
    }
    return "this machine's own network: nothing is held back";
}

}  // namespace

int run_command(const RunOptions& options)
{
    if (!options.network)
        return number(fail_as_is({ExitCode::usage, std::string{network_needed}}));
    Recording recording;
    recording.name = options.command.front();
    recording.run = recording::describe(options, {});
    recording.run.mode = *options.network;
    recording.opening_line =
        fmt::format("{} · HOME is {}", reach(*options.network), options.fresh_home ? "fresh" : "yours");
    recording.record = [&options](const CaseFolder& folder) {
        return options.network == NetworkMode::host ? record_on_host(options, folder)
                                                    : record_contained(options, folder);
    };
    return record_case(options, recording);
}

}  // namespace waybill
