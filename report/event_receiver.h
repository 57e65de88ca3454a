#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/contact.h"
#include "model/dns.h"
#include "model/flow.h"
#include "model/gap.h"
#include "model/owners.h"
#include "model/phase.h"
#include "model/process.h"
#include "model/rating.h"

namespace waybill {

/// Totals of the input, as the last event tells them.
struct CaptureSummary {
    std::uint64_t packets = 0;
    std::uint64_t wire_bytes = 0;
    std::uint64_t dropped = 0;
    std::optional<Timestamp> first;
    std::optional<Timestamp> last;
    std::vector<std::string> files;  ///< names as given, or relative to the case
};

/// Bounds that were in force, by name.
using Bounds = std::vector<std::pair<std::string_view, std::uint64_t>>;

/// Is told what an analysis finds, in the order of events.ndjson (docs/formats/events.md): `header` first, `capture`
/// last. This one does nothing with it; others take what they need.
class EventReceiver {
public:
    EventReceiver() = default;
    EventReceiver(const EventReceiver&) = delete;
    EventReceiver(EventReceiver&&) = delete;
    EventReceiver& operator=(const EventReceiver&) = delete;
    EventReceiver& operator=(EventReceiver&&) = delete;
    virtual ~EventReceiver() = default;

    virtual void header(const Bounds& /*bounds*/) {}
    virtual void process(const Process& /*process*/) {}
    virtual void flow(const Flow& /*flow*/, const Owner& /*owner*/) {}
    /// A flow of a recording that knows its sockets.
    virtual void owned_flow(const Flow& flow, const FlowOwner& owner) { this->flow(flow, owner.owner); }
    virtual void dns(const DnsEvent& /*event*/) {}
    virtual void contact(const Contact& /*contact*/, const Rating& /*rating*/) {}
    virtual void phase(const Phase& /*phase*/) {}
    virtual void gap(const Gap& /*gap*/) {}
    virtual void capture(const CaptureSummary& /*summary*/) {}
};

}  // namespace waybill
