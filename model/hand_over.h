#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/process.h"

namespace waybill {

/// A process of a run spoke with one that is not of the run, on the same machine, and was answered.
struct OutsideRequest {
    std::uint64_t process = 0;       ///< that asked; 0: not known
    std::string place;               ///< the socket: a path, "@" and an abstract name, or an address with its port
    std::uint32_t listener_pid = 0;  ///< of who answered; 0: not known
    std::string listener;            ///< its executable; empty: not known

    friend bool operator==(const OutsideRequest&, const OutsideRequest&) = default;
};

/// A command that does not do its work itself: what comes of it is not in the recording.
struct HandOver {
    enum class Kind : std::uint8_t {
        same_program,  ///< to a running instance of a program that the run executes, too
        nothing_else,  ///< it contacted nobody itself, and spoke with a process outside
    };
    Kind kind{};
    OutsideRequest to;

    friend bool operator==(const HandOver&, const HandOver&) = default;
};

/// The word of report.json.
constexpr std::string_view text(HandOver::Kind kind)
{
    return kind == HandOver::Kind::same_program ? "same-program" : "nothing-else";
}

/// Whether a run contacted anybody itself, beside the requests at hand.
enum class OwnContacts : std::uint8_t { none, some };

/// The first request that a hand-over is told of; nothing where none is. An interpreter is no program here: two scripts
/// of one interpreter are two programs. Services that every program asks (names, log, display) are none of the second
/// kind.
std::optional<HandOver> find_hand_over(std::span<const OutsideRequest> requests, std::span<const Process> processes,
                                       OwnContacts contacts);

}  // namespace waybill
