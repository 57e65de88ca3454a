#pragma once

#include <cstdint>

#include "model/contact.h"
#include "model/flow.h"
#include "model/flow_facts.h"

namespace waybill {

/// Where a flow goes, and whose it is. Everything is borrowed for a call.
struct Destination {
    const FlowFacts& facts;
    const Owner& owner;
    SocketAddress server;
    Transport transport{};
    bool tunnelled = false;
};

/// What a contact counts of a flow that has ended.
struct EndedFlow {
    std::uint64_t id = 0;
    Timestamp first;
    Timestamp last;
    Volume out;
    Volume in;
    PacketRange packets;
    IpAddress server;
    Protocol protocol = Protocol::unknown;
    Resolution resolution = Resolution::not_asked;
    EchState ech = EchState::not_offered;
};

}  // namespace waybill
