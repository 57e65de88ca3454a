#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <vector>

#include "capture/loop.h"
#include "capture/network/datagram_server.h"
#include "capture/network/polite_server.h"
#include "capture/network/run_error.h"
#include "capture/network/synthetic_addresses.h"
#include "capture/network/veth.h"

namespace waybill::contained {

/// Everything that answers the tool: DNS at every address, TCP at every port of every address, UDP in silence.
class Sink {
public:
    /// `loop` outlives the sink.
    Sink(Loop& loop, std::size_t most_connections);

    /// Opens its sockets in both namespaces and redirects to them; the tool's side has DNS alone, for programs that ask
    /// a resolver on the loopback interface. Needs CAP_NET_ADMIN, CAP_NET_BIND_SERVICE and CAP_SYS_ADMIN over both.
    /// Leaves the calling process in the tool's namespace.
    std::expected<void, RunError> open(const NetworkNamespaces& namespaces, bool has_ipv6);

    /// To be called about every 100 ms.
    void tick() { connections_.tick(PoliteServer::Clock::now()); }

    const ServerCounts& connection_counts() const { return connections_.counts(); }
    const DatagramCounts& datagram_counts() const { return datagrams_.counts(); }
    const SyntheticAddresses& addresses() const { return addresses_; }

private:
    std::expected<void, RunError> answer_names(bool has_ipv6);
    std::expected<void, RunError> take_the_rest(bool has_ipv6);
    std::optional<std::vector<std::byte>> answer(Bytes query);

    SyntheticAddresses addresses_;
    PoliteServer connections_;
    DatagramServer datagrams_;
};

}  // namespace waybill::contained
