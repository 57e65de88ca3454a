#include "capture/network/run_captures.h"

#include <utility>

#include "capture/network/uplink.h"
#include "capture/network/veth.h"

namespace waybill::contained {
namespace {

constexpr int loopback_buffer_octets = 16 * 1024 * 1024;
constexpr int sink_buffer_octets = 32 * 1024 * 1024;  // who is answered politely sends little

std::expected<LiveCapture, RunError> open_capture(LiveOptions options)
{
    options.own_sysfs = false;
    auto live = LiveCapture::open(options);
    if (!live)
        return std::unexpected(RunError{RunError::Kind::internal, live.error()});
    return *std::move(live);
}

}  // namespace

std::expected<LiveCapture, RunError> capture_loopback()
{
    LiveOptions options;
    options.interface_name = "lo";
    options.buffer_octets = loopback_buffer_octets;
    options.inbound_only = true;  // each of its packets passes it twice
    return open_capture(std::move(options));
}

std::expected<LiveCapture, RunError> capture_sink_link()
{
    LiveOptions options;
    options.interface_name = LinkPlan::tool_interface;
    options.buffer_octets = sink_buffer_octets;
    return open_capture(std::move(options));
}

std::expected<LiveCapture, RunError> capture_uplink()
{
    LiveOptions options;
    options.interface_name = Uplink::interface_name;
    return open_capture(std::move(options));
}

}  // namespace waybill::contained
