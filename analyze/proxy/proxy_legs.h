#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyze/proxy/proxy_targets.h"
#include "model/contact.h"
#include "model/flow.h"
#include "model/gap.h"
#include "model/shared_text.h"

namespace waybill {

/// Times from one to another, both included.
struct Window {
    Timestamp begin;
    Timestamp end;
};

/// Joins the legs of local proxies: a flow that asks a process for a target, and the connection that this process makes
/// to it meanwhile.
///
/// Two legs are one only where nothing else fits: the connection begins while a flow that named its host, or its
/// address, is open, its maker is who was asked, and no other contact asked for the same by then. A tunnel carries one
/// connection, so where the proxy made more of them than it was asked for, some are for others, or its own, and none is
/// joined. All else is counted as what it is: connections meanwhile.
class ProxyLegs {
public:
    static constexpr std::size_t most_asking = 4'096;        ///< contacts and proxies that they ask
    static constexpr std::size_t most_connections = 65'536;  ///< of the proxies, and flows that ask
    static constexpr std::size_t kept_contacts = Contact::kept_flows;

    /// A flow that names targets to whoever answers there.
    struct Asked {
        std::uint64_t process = 0;  ///< that answers; 0: not known
        std::uint64_t origin = 0;   ///< of which it is a copy (ServingProcesses); 0: its connections are not known
        std::vector<ProxyTarget> targets;
        std::uint64_t requests = 0;  ///< of HTTP
        enum class Sureness : std::uint8_t {
            is_proxy,      ///< it was asked as only proxies are
            may_be_proxy,  ///< a server that was asked for a page is asked likewise
        } sureness = Sureness::is_proxy;
    };
    void add_asked(const Flow& flow, Asked asked);

    /// A connection that leads out, of a process that serves, which is `origin` or a copy of it.
    void add_connection(const Flow& flow, std::uint64_t origin);

    /// Tells the contacts, by id, by which proxies their flows went, and whose flows they carry on. Counts what did not
    /// fit.
    void join(std::vector<Contact>& contacts, GapCounters& gaps) &&;

private:
    struct Target {
        Port port{};
        std::vector<Window> windows;
        std::uint64_t capacity = 0;  // connections that can be for it, at most
        std::vector<std::size_t> fitting;
    };
    /// The flows of one contact to one proxy.
    struct Asking {
        std::uint64_t process = 0;
        std::vector<std::uint64_t> origins;
        std::uint64_t flows = 0;
        bool is_sure = false;
        std::map<std::string, Target> targets;
        std::vector<Window> windows;
    };
    struct Connection {
        std::uint64_t contact = 0;
        std::uint64_t origin = 0;
        Timestamp first;
        std::vector<SharedText> names;
        std::string address;
        Port port{};
        bool carried = false;  // octets of payload: else it was an attempt
    };
    using Place = std::pair<std::uint64_t, SocketAddress>;  // contact, proxy
    using ByHost = std::unordered_map<std::string, std::vector<std::pair<Asking*, Target*>>>;
    using Times = std::unordered_map<std::uint64_t, std::vector<Timestamp>>;  // of connections, by origin

    void settle_windows();
    ByHost by_host();
    void fit(std::size_t index, ByHost& asked);
    void write(const Place& place, Asking& asking, const Times& times, std::vector<Contact>& contacts) const;

    std::map<Place, Asking> asking_;
    std::vector<Connection> connections_;
    std::size_t asked_flows_ = 0;
    std::uint64_t dropped_ = 0;
};

}  // namespace waybill
