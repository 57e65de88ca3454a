#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "analyze/proxy/serving_processes.h"
#include "model/finding.h"
#include "model/flow.h"
#include "model/gap.h"
#include "model/proxy_settings.h"

namespace waybill {

/// Finds flows that went directly where a variable names a proxy for them: HTTP, TLS and QUIC, and what was only tried
/// at their ports, to other places than this machine, the proxy, and what NO_PROXY excepts, and not by the proxy
/// itself.
class DirectFlows {
public:
    /// `owners` is null where they are not recorded; all are borrowed for the call.
    DirectFlows(ProxySettings settings, const OwnerIndex* owners, const std::vector<Process>& processes);

    void add(const Flow& flow, const Owner& owner);

    /// One finding for each variable that has any. Counts the flows of which it is not known.
    std::vector<Finding> finish(GapCounters& gaps) const;

private:
    enum class Verdict : std::uint8_t { proxied, direct, unknown };

    Verdict judge(const Flow& flow, const Owner& owner, ProxiedScheme scheme) const;
    bool is_for(const ProxyVariable& variable, ProxiedScheme scheme) const;

    ProxySettings settings_;
    // The proxy of each variable; and who else may be it: a name, or an address of this machine, can stand for whoever
    // serves at that port.
    std::vector<ServingProcesses> servers_;
    std::vector<ServingProcesses> possible_servers_;
    std::vector<std::map<std::uint64_t, std::uint64_t>> contacts_;  // of each variable: direct flows by contact
    std::uint64_t unknown_ = 0;
};

}  // namespace waybill
