#include "capture/network/uplink_wait.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <csignal>

#include "capture/network/interface.h"
#include "capture/network/supervisor.h"

namespace waybill::contained {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds longest_start{10};
constexpr int pause = 2;  // milliseconds

/// Whether the caller says that there will be none.
bool has_ended(int control)
{
    pollfd waited{control, POLLIN, 0};
    if (::poll(&waited, 1, pause) <= 0)
        return false;
    Forwarded word;
    if (::recv(control, &word, sizeof word, MSG_DONTWAIT) != sizeof word)
        ::_exit(1);
    return word.uplink_ended || word.signal == SIGINT || word.signal == SIGTERM;
}

}  // namespace

std::expected<void, RunError> await_uplink(int control, const DefaultRoutes& routes)
{
    if (const auto failed = bring_up("lo", Neighbours::none))
        return std::unexpected(step_failed("bring the loopback interface up", failed));
    // The uplink says all there is to say; a kernel without IPv6 has none of these.
    for (const char* setting : {"accept_ra", "router_solicitations", "accept_dad"})
        set_network_setting(std::string{"ipv6/conf/default/"} + setting, "0");
    for (const auto deadline = Clock::now() + longest_start; read_default_routes() != routes;) {
        if (has_ended(control))
            return std::unexpected(
                RunError{RunError::Kind::not_permitted, "the uplink ended before the command began"});
        if (Clock::now() > deadline)
            return std::unexpected(
                RunError{RunError::Kind::not_permitted, "the uplink brought no default route in time"});
    }
    switch_offload_off(Uplink::interface_name);
    return {};
}

}  // namespace waybill::contained
