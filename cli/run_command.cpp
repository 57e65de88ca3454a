#include "cli/run_command.h"

#include <fmt/format.h>

#include "base/text.h"
#include "capture/terminal/driven_run.h"
#include "capture/user_configuration.h"
#include "cli/follow_recipe.h"
#include "cli/print.h"
#include "cli/record_case.h"
#include "cli/record_run.h"

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

ExitCode code_of(ConfigurationError::Kind kind)
{
    return kind == ConfigurationError::Kind::not_understood ? ExitCode::input_not_understood
                                                            : ExitCode::input_not_readable;
}

/// What to say where nobody chose a mode; `place` is where the configuration would be.
std::string choices(const std::optional<ConfigurationPlace>& place)
{
    std::string words{network_needed};
    if (place)
        words += fmt::format("\nor, for every run without it, in {}:\n  {}", printable(place->file.string()),
                             R"({"version": 1, "run": {"network": "sinkhole"}})");
    return words;
}

/// Whether the command line leaves anything open that a configuration can say.
bool leaves_open(const RunOptions& options)
{
    return !options.network || (options.network == NetworkMode::isolated && !options.uplink);
}

/// Fills in from the configuration what the command line leaves open; gives the words that tell so, empty when nothing
/// came from there.
std::string fill_in(RunOptions& options, const UserConfiguration& configuration, const std::filesystem::path& file)
{
    std::string words;
    if (!options.network && configuration.network) {
        options.network = configuration.network;
        options.network_source = ModeSource::configuration;
        words = fmt::format("network: {}", text(*options.network));
    }
    if (options.network == NetworkMode::isolated && !options.uplink && configuration.uplink) {
        options.uplink = configuration.uplink;
        words += fmt::format("{}uplink: {}", words.empty() ? "" : ", ", text(*options.uplink));
    }
    return words.empty() ? words : fmt::format("{} (from {}) · ", words, printable(file.string()));
}

}  // namespace

int run_command(const RunOptions& asked)
{
    RunOptions options = asked;
    if (const auto followed = follow_recipe(options); !followed)
        return number(fail(followed.error()));
    std::string from_configuration;
    if (leaves_open(options)) {
        const auto place = configuration_place();
        const auto configuration = place ? read_user_configuration(*place) : UserConfiguration{};
        if (!configuration)
            return number(fail({code_of(configuration.error().kind), configuration.error().message}));
        if (place)
            from_configuration = fill_in(options, *configuration, place->file);
        if (!options.network)
            return number(fail_as_is({ExitCode::usage, choices(place)}));
    }
    if (options.command.empty())
        return number(fail(
            {ExitCode::usage, "run needs a command, behind -- or in a recipe (--recipe); see: waybill run --help"}));
    Recording recording;
    recording.name = options.command.front();
    recording.recipe = options.recipe ? options.recipe->octets : std::string{};
    recording.run = recording::describe(options, {});
    recording.run.mode = *options.network;
    recording.opening_line = fmt::format("{}{} · HOME is {}", from_configuration, reach(*options.network),
                                         options.fresh_home ? "fresh" : "yours");
    if (options.recipe)
        recording.opening_line += fmt::format(" · recipe: {}", printable(options.recipe->name));
    recording.record = [&options](const CaseFolder& folder) { return record_run(options, folder); };
    std::optional<Steering> steering;  // of this process, while another does the recipe's steps
    if (options.recipe && options.recipe->terminal) {
        auto divided =
            divide_for_terminal(*options.recipe, options.show_terminal ? ShownOutput::on_stderr : ShownOutput::none);
        if (!divided)
            return number(fail(recording::failure_of(divided.error())));
        options.steering = &steering.emplace(*std::move(divided));
    }
    return record_case(options, recording);
}

}  // namespace waybill
