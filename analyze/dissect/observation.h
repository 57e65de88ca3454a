#pragma once

#include <string>
#include <string_view>

#include "analyze/dissect/context.h"
#include "model/flow_facts.h"
#include "model/name_clue.h"
#include "model/time.h"

namespace waybill {

constexpr std::size_t max_name_octets = 255;        ///< RFC 1035, 2.3.4; nothing longer is a host
constexpr std::size_t max_target_octets = 255 + 6;  ///< a host, a colon and a port
constexpr std::size_t max_flow_methods = 16;        ///< distinct methods kept for a flow
constexpr std::size_t max_flow_targets = 64;        ///< distinct CONNECT or SOCKS targets kept for a flow

/// Where a follower writes what the octets at hand tell: one flow's facts, at one time. Borrowed for a call.
class Observation {
public:
    Observation(DissectContext& context, FlowFacts& facts, Timestamp at) : context_{context}, facts_{facts}, at_{at} {}

    DissectCounters& counters() const { return context_.counters; }
    DissectContext& context() const { return context_; }
    FlowFacts& facts() const { return facts_; }
    Timestamp at() const { return at_; }

    /// The flow's protocol, unless an outer one is known.
    void recognise(Protocol protocol) const;

    /// A host as seen; kept in presentation form. An empty one is nothing, one too long for a host is counted.
    void name(NameSource source, std::string_view host) const;

    /// The host of `host[:port]`; text that is not of that form is kept as it is.
    void authority(NameSource source, std::string_view text) const;

    void http_request(std::string_view method) const;
    void connect_target(std::string_view target) const;  ///< "host:port" as seen
    void socks_target(std::string_view target) const;
    void ssh_banner(std::string_view banner) const;

private:
    SharedText shared(std::string_view host) const;

    DissectContext& context_;
    FlowFacts& facts_;
    Timestamp at_;
};

}  // namespace waybill
