#pragma once

#include <cstdint>
#include <vector>

#include "analyze/owner/owner_index.h"
#include "analyze/proxy/delegations.h"
#include "analyze/proxy/direct_flows.h"
#include "analyze/proxy/proxy_legs.h"
#include "analyze/proxy/serving_processes.h"
#include "model/contact.h"
#include "model/delegation.h"
#include "model/finding.h"
#include "model/run.h"

namespace waybill {

/// What a recording shows of local helpers: proxies that carry requests on, connections past them, and daemons outside
/// of it that were asked. Takes the flows as they end.
class ProxiedTraffic {
public:
    /// `owners` is null where they are not recorded, and outlives this; the rest is borrowed for the call.
    ProxiedTraffic(const Run& run, const OwnerIndex* owners, const std::vector<Process>& processes);

    void add(const Flow& flow, const Owner& owner);
    void add(const std::vector<LocalSocketRecord>& called) { delegations_.add(called); }

    struct Found {
        std::vector<Finding> findings;
        std::vector<Delegation> delegations;
    };
    /// Tells the contacts, by id, of their legs, and gives the rest.
    Found finish(std::vector<Contact>& contacts, GapCounters& gaps) &&;

private:
    void add_asked(const Flow& flow, std::vector<ProxyTarget> targets, const std::optional<FlowOwner>& server);
    bool is_named_proxy(const Flow& flow) const;

    const OwnerIndex* owners_;
    std::vector<ProxyVariable> variables_;
    ServingProcesses serving_;
    ProxyLegs legs_;
    DirectFlows direct_;
    Delegations delegations_;
    bool sees_delegations_ = false;
};

}  // namespace waybill
