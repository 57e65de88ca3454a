#include "rules/recipe/read_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/duration_text.h"
#include "base/text.h"
#include "model/phase.h"
#include "rules/recipe/recipe_texts.h"

namespace waybill::rules {
namespace {

using Kind = RecipeStep::Kind;

constexpr std::array kinds{Kind::wait_for, Kind::type, Kind::mark, Kind::idle, Kind::signal, Kind::wait_for_exit};
constexpr std::array<std::string_view, 6> signals{"HUP", "INT", "QUIT", "TERM", "USR1", "USR2"};
constexpr std::chrono::seconds usual_patience{30};
constexpr std::size_t most_steps = 1'000;
constexpr std::size_t max_awaited_octets = 1'000;  // far less than what is kept of a terminal's output

/// Text without anything but spaces and control characters cannot be waited for, nor tell a phase.
bool has_visible(std::string_view text)
{
    return std::ranges::any_of(text, [](unsigned char octet) { return octet > ' ' && octet != 0x7f; });
}

void check_length_of_time(JsonObject& in, std::string_view name, std::string_view written, RecipeStep& step)
{
    const auto time = parse_duration(written);
    if (!time)
        in.fail(name, printable(time.error()));
    else
        step.time = *time;
}

/// What the member that names the step says.
void check(JsonObject& in, RecipeStep& step, std::string_view said)
{
    const std::string_view name = text(step.kind);
    switch (step.kind) {
        case Kind::wait_for:
            if (!has_visible(said) || said.size() > max_awaited_octets)
                in.fail(name, fmt::format("it must be a text that shows, of at most {} octets", max_awaited_octets));
            step.text = said;
            step.time = optional_time(in, "timeout").value_or(usual_patience);
            break;
        case Kind::type:
            step.text = said;
            break;
        case Kind::mark:
            step.text = said;
            if (!hides_nothing(said) || !has_visible(said) || said.size() > Mark::max_label_octets)
                in.fail(name, fmt::format("it must be one line of text, {} octets at most", Mark::max_label_octets));
            break;
        case Kind::signal:
            step.text = said;
            if (std::ranges::find(signals, said) == signals.end())
                in.fail(name, R"(it must be "HUP", "INT", "QUIT", "TERM", "USR1" or "USR2")");
            break;
        case Kind::idle:
        case Kind::wait_for_exit:
            check_length_of_time(in, name, said, step);
            break;
    }
}

RecipeStep read_step(JsonValue value, const JsonPlace& place, std::optional<FieldError>& error)
{
    JsonObject in{value, place, error};
    RecipeStep step;
    std::optional<std::string_view> said;
    for (const Kind kind : kinds) {
        const auto text_of_kind = in.optional_text(text(kind));
        if (text_of_kind && said)
            in.fail(text(kind),
                    fmt::format("a step does one thing, and this one does \"{}\"; make two of it", text(step.kind)));
        if (text_of_kind && !said) {
            step.kind = kind;
            said = text_of_kind;
        }
    }
    if (!said && !error)
        error = FieldError{place.text(),
                           R"(it must be one of "wait_for", "type", "mark", "idle", "signal", "wait_for_exit")"};
    if (said)
        check(in, step, *said);
    in.finish();
    return step;
}

}  // namespace

std::vector<RecipeStep> read_steps(JsonObject& recipe, std::optional<FieldError>& error)
{
    std::vector<RecipeStep> steps;
    recipe.each_optional("steps", [&](JsonValue value, const JsonPlace& place) {
        if (!steps.empty() && steps.back().kind == Kind::wait_for_exit && !error)
            error = FieldError{place.text(),
                               "nothing can be done behind \"wait_for_exit\"; how long what the command leaves behind "
                               "is watched says \"linger\""};
        steps.push_back(read_step(value, place, error));
        if (steps.size() > most_steps && !error)
            error = FieldError{place.text(), fmt::format("a recipe has at most {} steps", most_steps)};
    });
    return steps;
}

}  // namespace waybill::rules
