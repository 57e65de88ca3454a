#pragma once

#include <optional>
#include <string_view>

#include "model/endpoint.h"
#include "model/flow_facts.h"

namespace waybill {

/// The name under which a flow counts: the strongest source that it has.
struct ChosenName {
    std::string_view name;  ///< borrowed from the facts, as seen
    NameSource source{};
};

/// A name from the flow's own octets before one from DNS; nothing where only several DNS answers are left, or the name
/// is an address. Inside a proxy's tunnel the hello's name stands before the target that was asked for.
std::optional<ChosenName> choose_name(const FlowFacts& facts);

/// The address that is meant: of the first target asked of a proxy where that is an address, else the server's.
IpAddress target_address(const FlowFacts& facts, const IpAddress& server);

/// The port that is meant: of the first target asked of a proxy, else the server's.
Port target_port(const FlowFacts& facts, Port server_port);

}  // namespace waybill
