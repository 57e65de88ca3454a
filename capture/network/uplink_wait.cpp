#include "capture/network/uplink_wait.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "base/file.h"
#include "capture/interface_counts.h"
#include "capture/network/caller_line.h"
#include "capture/network/held_signals.h"
#include "capture/network/interface.h"

namespace waybill::contained {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds longest_start{10};
constexpr int pause = 2;  // milliseconds
constexpr std::chrono::milliseconds longest_reading{500};
constexpr std::size_t longest_counts = std::size_t{64} * 1024;

/// Why there will be none, where the caller says so.
std::optional<RunError> heard_end(int control)
{
    pollfd waited{control, POLLIN, 0};
    if (::poll(&waited, 1, pause) <= 0)
        return std::nullopt;
    Forwarded word;
    if (::recv(control, &word, sizeof word, MSG_DONTWAIT) != sizeof word)
        ::_exit(1);
    if (!word.uplink_ended && !HeldSignals::ends_run(word.signal))
        return std::nullopt;
    return ended_before_start(word);
}

/// Packets that IPv6 sent on the interface, by the kernel's statistics (/proc/net/dev_snmp6); 0 without IPv6.
std::uint64_t sent_over_ipv6(const std::string& interface)
{
    constexpr std::string_view member = "Ip6OutRequests";
    const auto counts = read_file("/proc/self/net/dev_snmp6/" + interface, longest_counts);
    if (!counts)
        return 0;
    const std::size_t at = counts->find(member);
    if (at == std::string::npos)
        return 0;
    const std::size_t digits = counts->find_first_of("0123456789", at + member.size());
    if (digits == std::string::npos)
        return 0;
    std::uint64_t sent = 0;
    const std::string_view number = std::string_view{*counts}.substr(digits);
    std::from_chars(number.begin(), number.end(), sent);
    return sent;
}

/// Whether the uplink is yet to read frames: those that were sent while the interface was made, such as reports of
/// multicast listeners, it reads and thereby counts some milliseconds later.
bool has_unread_frames(const InterfaceTable& table)
{
    const auto counts = table.read();
    if (!counts)
        return false;
    const auto own = std::ranges::find(*counts, Uplink::interface_name, &InterfaceCounts::name);
    return own != counts->end() && own->out.frames < sent_over_ipv6(own->name);
}

/// So that whatever is counted from here on can be captured.
void await_first_reading()
{
    const auto table = InterfaceTable::open();
    const auto deadline = Clock::now() + longest_reading;
    while (table && has_unread_frames(*table) && Clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds{pause});
}

}  // namespace

std::expected<void, RunError> prepare_for_uplink()
{
    if (const auto failed = bring_up("lo", Neighbours::none))
        return std::unexpected(step_failed("bring the loopback interface up", failed));
    // The uplink says all there is to say; a kernel without IPv6 has none of these.
    for (const char* setting : {"accept_ra", "router_solicitations", "accept_dad"})
        set_network_setting(std::string{"ipv6/conf/default/"} + setting, "0");
    return {};
}

std::expected<void, RunError> await_uplink(int control, const DefaultRoutes& routes)
{
    for (const auto deadline = Clock::now() + longest_start; read_default_routes() != routes;) {
        if (auto ended = heard_end(control))
            return std::unexpected(*std::move(ended));
        if (Clock::now() > deadline)
            return std::unexpected(
                RunError{RunError::Kind::not_permitted, "the uplink brought no default route in time"});
    }
    switch_offload_off(Uplink::interface_name);
    await_first_reading();
    return {};
}

}  // namespace waybill::contained
