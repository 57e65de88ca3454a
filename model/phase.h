#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/flow.h"
#include "model/time.h"

namespace waybill {

/// Somebody said that a phase of the recording began ("signed in", "idle"). A mark is believed and never checked: who
/// may write to the recording's pipe of marks may set one, the command included.
struct Mark {
    static constexpr std::size_t max_label_octets = 200;  ///< and "…" behind them where there were more
    static constexpr std::size_t most = 1'000;            ///< of one recording

    Timestamp at;
    std::string label;  ///< as it was given; not empty

    friend bool operator==(const Mark&, const Mark&) = default;
};

/// A stretch of a recording, up to where the next one begins.
struct Phase {
    enum class Opening : std::uint8_t {
        recording,     ///< it is the first one
        mark,          ///< a mark
        command_exit,  ///< the command has ended, and what it left behind has not
    };

    Opening opening = Opening::recording;
    std::string label;  ///< of the mark
    Timestamp begin;
    Timestamp end;

    friend bool operator==(const Phase&, const Phase&) = default;
};

constexpr std::string_view text(Phase::Opening opening)
{
    switch (opening) {
        using enum Phase::Opening;
        case recording:
            return "recording";
        case mark:
            return "mark";
        case command_exit:
            return "command-exit";
    }
    return "recording";
}

/// The phases of a recording from `begin` to `end`, in order; those that marks open, and the command's exit where it
/// ended before the recording. One alone where nothing divides it. Marks are in the order of time; none begins before
/// the recording, and the last phase goes on to the last mark at least, for a recording that broke off does not know
/// its end.
std::vector<Phase> divide(Timestamp begin, Timestamp end, std::span<const Mark> marks,
                          const std::optional<Timestamp>& command_exit);

/// What a contact sent and received in one phase.
struct PhaseVolume {
    std::uint32_t phase = 0;  ///< index
    std::uint64_t flows = 0;  ///< that had packets in it
    std::uint64_t begun = 0;  ///< of these, those whose first packet was in it
    Volume out;
    Volume in;

    PhaseVolume& operator+=(const PhaseVolume& more)
    {
        flows += more.flows;
        begun += more.begun;
        out += more.out;
        in += more.in;
        return *this;
    }
    friend bool operator==(const PhaseVolume&, const PhaseVolume&) = default;
};

}  // namespace waybill
