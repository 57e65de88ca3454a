#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <ctime>

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

class SteppedClock {
public:
    SteppedClock()
    {
        const char* text = std::getenv("STEPS");
        for (Step& step : steps_) {
            if (text == nullptr || *text == '\0')
                return;
            char* end = nullptr;
            step.after = std::strtod(text, &end);
            if (*end != ':')
                std::abort();
            step.by = std::strtol(end + 1, &end, 10);
            text = *end == ' ' ? end + 1 : end;
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
