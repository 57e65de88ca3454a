#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <ctime>
#include <string_view>

// Loaded before the others (LD_PRELOAD, ld.so(8)): the system's clock as one that somebody sets while a program runs.
// STEPS is seconds since the program began and by how many seconds the clock is set then: "1:-3600 2.5:3600". The
// clocks that nobody sets go on as they are.

namespace {

struct Step {
    double after = 0;
    long by = 0;
};

double since_boot()
{
    timespec now{};
    ::syscall(SYS_clock_gettime, CLOCK_BOOTTIME, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

/// The number at the front, which is taken off with the character behind it.
template <typename Number>
Number take_number(std::string_view& text)
{
    Number number{};
    const auto [end, error] = std::from_chars(text.begin(), text.end(), number);
    if (error != std::errc{})
        std::abort();
    text.remove_prefix(std::min<std::size_t>(static_cast<std::size_t>(end - text.begin()) + 1, text.size()));
    return number;
}

class SteppedClock {
public:
    SteppedClock()
    {
        const char* const steps = std::getenv("STEPS");
        std::string_view text = steps == nullptr ? "" : steps;
        for (Step& step : steps_) {
            if (text.empty())
                return;
            step.after = take_number<double>(text);
            step.by = take_number<long>(text);
        }
    }

    long offset() const
    {
        const double age = since_boot() - began_;
        long seconds = 0;
        for (const Step& step : steps_)
            seconds += age >= step.after ? step.by : 0;
        return seconds;
    }

private:
    double began_ = since_boot();
    std::array<Step, 8> steps_;
};

const SteppedClock stepped_clock;

}  // namespace

// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): the C library's name is a reserved one
extern "C" int clock_gettime(clockid_t clock, timespec* now) noexcept
{
    const auto result = static_cast<int>(::syscall(SYS_clock_gettime, clock, now));
    if (result == 0 && clock == CLOCK_REALTIME)
        now->tv_sec += stepped_clock.offset();
    return result;
}
