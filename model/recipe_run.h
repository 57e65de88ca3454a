#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/time.h"

namespace waybill {

/// What is done to a command in a terminal, or waited for.
struct RecipeStep {
    enum class Kind : std::uint8_t {
        wait_for,       ///< a text in what the command shows
        type,           ///< keys
        mark,           ///< a phase begins
        idle,           ///< nothing, for some time
        signal,         ///< to the command
        wait_for_exit,  ///< the command's end
    };

    Kind kind{};
    std::string text;                  ///< that is waited for or typed; the mark's label; the signal's word
    std::chrono::milliseconds time{};  ///< how long is waited at most; how long it is idle

    friend bool operator==(const RecipeStep&, const RecipeStep&) = default;
};

constexpr std::string_view text(RecipeStep::Kind kind)
{
    switch (kind) {
        using enum RecipeStep::Kind;
        case wait_for:
            return "wait_for";
        case type:
            return "type";
        case mark:
            return "mark";
        case idle:
            return "idle";
        case signal:
            return "signal";
        case wait_for_exit:
            break;
    }
    return "wait_for_exit";
}

/// What came of a step.
struct StepOutcome {
    enum class End : std::uint8_t { done, failed, not_reached };

    RecipeStep::Kind kind{};
    End end = End::not_reached;
    std::optional<Timestamp> began;  ///< of a step that was reached
    std::optional<Timestamp> ended;

    friend bool operator==(const StepOutcome&, const StepOutcome&) = default;
};

constexpr std::string_view text(StepOutcome::End end)
{
    switch (end) {
        using enum StepOutcome::End;
        case done:
            return "done";
        case failed:
            return "failed";
        case not_reached:
            break;
    }
    return "not-reached";
}

/// The recipe that a run followed, and how far it came. The recipe itself is in the case.
struct RecipeRun {
    std::string name;
    std::string sha256;   ///< of the file's octets
    std::string account;  ///< which kind of account was used, as the recipe declares it; empty: it says nothing
    std::vector<std::pair<std::string, std::string>> environment;  ///< names and values that it set
    std::vector<StepOutcome> steps;
    std::string failure;  ///< which step failed, and why; empty: none

    friend bool operator==(const RecipeRun&, const RecipeRun&) = default;
};

}  // namespace waybill
