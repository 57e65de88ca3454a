#pragma once

#include <cstddef>
#include <set>

#include "model/address.h"

namespace waybill {

/// Clients of which something is remembered, up to a bound.
class NotedClients {
public:
    static constexpr std::size_t max_clients = 4096;

    void note(const IpAddress& client)
    {
        if (clients_.size() < max_clients)
            clients_.insert(client);
    }
    /// True also for a client that there may have been no room for: at the bound nobody is known not to be noted.
    bool may_be_noted(const IpAddress& client) const
    {
        return clients_.size() >= max_clients || clients_.contains(client);
    }

private:
    std::set<IpAddress> clients_;
};

}  // namespace waybill
