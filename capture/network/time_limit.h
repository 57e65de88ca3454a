#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace waybill::contained {

/// How long a command may run, and how it is ended then: it is asked first, and what is left of all its processes is
/// ended a moment later.
class TimeLimit {
public:
    using Clock = std::chrono::steady_clock;

    enum class Order : std::uint8_t {
        nothing,
        ask,      ///< the command is sent SIGTERM
        end_all,  ///< what is left of its processes gets SIGKILL
    };

    /// Nothing: as long as it likes.
    explicit TimeLimit(std::optional<std::chrono::milliseconds> limit) : limit_{limit} {}

    /// The command begins now.
    void begin(Clock::time_point now);

    /// Its time is over now, whatever was said; nothing where it is over already.
    void end(Clock::time_point now);

    /// What is to be done, each once. A command that ended in time is left alone.
    Order due(Clock::time_point now, bool command_runs);

    bool was_reached() const { return was_reached_; }  ///< the limit, while the command ran

private:
    std::optional<std::chrono::milliseconds> limit_;
    std::optional<Clock::time_point> asks_;      // when
    std::optional<Clock::time_point> ends_all_;  // when
    bool was_reached_ = false;
    bool is_ended_by_other_ = false;
};

}  // namespace waybill::contained
