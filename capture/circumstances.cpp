#include "capture/circumstances.h"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/timex.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <span>
#include <string_view>

#include "base/digest.h"
#include "base/file.h"

namespace waybill {
namespace {

constexpr std::size_t most_octets_of_a_fact = 65'536;
constexpr std::size_t most_program_octets = std::size_t{64} << 20U;  // one with sanitizers would take long

std::chrono::nanoseconds now(clockid_t clock)
{
    timespec time{};
    ::clock_gettime(clock, &time);
    return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

/// The first line of a file; empty where it cannot be read.
std::string first_line(const char* path)
{
    const auto text = read_file(path, most_octets_of_a_fact);
    return text ? text->substr(0, text->find('\n')) : std::string{};
}

/// A digest of an id and of what it is for, so that it is no id elsewhere.
std::string id_of(std::string_view use, const char* path)
{
    const std::string id = first_line(path);
    if (id.empty())
        return {};
    const std::string text = fmt::format("waybill {} {}", use, id);
    return sha256_hex(std::as_bytes(std::span{text}));
}

/// PRETTY_NAME of os-release(5), without its quotes.
std::string system_name()
{
    constexpr std::string_view name = "PRETTY_NAME=";
    const auto text = read_file("/etc/os-release", most_octets_of_a_fact);
    if (!text)
        return {};
    const std::size_t at = text->starts_with(name) ? 0 : text->find(fmt::format("\n{}", name));
    if (at == std::string::npos)
        return {};
    std::string value = text->substr(text->find('=', at) + 1);
    value.resize(std::min(value.find('\n'), value.size()));
    std::erase_if(value, [](char character) { return character == '"' || character == '\''; });
    return value;
}

std::string login_name()
{
    const passwd* const entry = ::getpwuid(::getuid());  // NOLINT(concurrency-mt-unsafe): one thread
    return entry == nullptr ? fmt::format("uid {}", ::getuid()) : std::string{entry->pw_name};
}

std::string time_zone()
{
    const std::time_t moment = std::time(nullptr);
    std::tm local{};
    std::array<char, 8> text{};
    if (::localtime_r(&moment, &local) == nullptr || std::strftime(text.data(), text.size(), "%z", &local) != 5)
        return {};
    return fmt::format("{}:{}", std::string_view{text.data(), 3}, std::string_view{text.data(), 5}.substr(3));
}

ClockFacts read_clock()
{
    ClockFacts clock;
    clock.source = first_line("/sys/devices/system/clocksource/clocksource0/current_clocksource");
    timex kernel{};  // nothing is set
    if (const int state = ::adjtimex(&kernel); state >= 0) {
        clock.is_synchronised = state != TIME_ERROR && (kernel.status & STA_UNSYNC) == 0;
        clock.greatest_error = std::chrono::microseconds{kernel.maxerror};
        clock.tai_offset = kernel.tai;
    }
    clock.time_zone = time_zone();
    clock.begin = clock.end = read_clocks();
    return clock;
}

}  // namespace

ClockReading read_clocks()
{
    using namespace std::chrono_literals;
    constexpr std::chrono::nanoseconds moment = 1ms;  // within which both were read: nothing else ran in between
    constexpr int most_tries = 100;
    std::chrono::nanoseconds before{};
    std::chrono::nanoseconds since_boot{};
    for (int tries = 0; tries < most_tries; ++tries) {
        before = now(CLOCK_BOOTTIME);
        const Timestamp system{now(CLOCK_REALTIME)};
        since_boot = now(CLOCK_BOOTTIME);
        if (since_boot - before < moment)
            return {system, before + (since_boot - before) / 2};
    }
    return {Timestamp{now(CLOCK_REALTIME)}, now(CLOCK_BOOTTIME)};
}

Circumstances read_circumstances(const std::string& operated_by, const std::string& purpose)
{
    Circumstances circumstances;
    circumstances.operated_by = operated_by.empty() ? login_name() : operated_by;
    circumstances.purpose = purpose;
    circumstances.host_id = id_of("host", "/etc/machine-id");
    circumstances.boot_id = id_of("boot", "/proc/sys/kernel/random/boot_id");
    circumstances.system = system_name();
    if (const auto program = read_file("/proc/self/exe", most_program_octets))
        circumstances.program = sha256_hex(std::as_bytes(std::span{*program}));
    circumstances.clock = read_clock();
    return circumstances;
}

}  // namespace waybill
