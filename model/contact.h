#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "model/endpoint.h"
#include "model/flow.h"
#include "model/name_clue.h"
#include "model/phase.h"
#include "model/time.h"

namespace waybill {

/// Times between the beginnings of a contact's flows, in the order in which they began. `mean` is of all flows, the
/// others of the first ones that are kept.
struct Intervals {
    std::chrono::nanoseconds shortest{};
    std::chrono::nanoseconds median{};
    std::chrono::nanoseconds longest{};
    std::chrono::nanoseconds mean{};
};

/// How a contact's address came to be known to the client, as far as the recording shows.
enum class Resolution : std::uint8_t {
    answered,   ///< a DNS answer to this client had named the address
    local,      ///< loopback, link-local, multicast or broadcast: no name is asked for
    resolver,   ///< the contact is itself a question to a resolver
    not_asked,  ///< no DNS answer in the recording named it: an address known otherwise
};

constexpr std::string_view text(Resolution resolution)
{
    switch (resolution) {
        using enum Resolution;
        case answered:
            return "answered";
        case local:
            return "local";
        case resolver:
            return "resolver";
        case not_asked:
            return "not-asked";
    }
    return "not-asked";
}

/// A proxy that some of a contact's flows went by: the leg to it is theirs, the one that leads on is of whoever runs
/// it.
struct Via {
    SocketAddress proxy;                  ///< where it was asked
    std::uint64_t process = 0;            ///< that answers there; 0: not known, as of a proxy elsewhere
    std::uint64_t flows = 0;              ///< of the contact, to it
    std::vector<std::uint64_t> contacts;  ///< of that process, which carry these flows on: the first ones by id
    std::uint64_t connections = 0;        ///< that it made for these flows
    std::uint64_t others =
        0;  ///< that it made meanwhile, and of which it is not known for whom, or which were for others

    friend bool operator==(const Via&, const Via&) = default;
};

/// What the hellos of a contact's flows said (TLS, QUIC, DTLS), each list without repetition and sorted.
struct TlsTraits {
    std::vector<std::vector<std::string>> alpn_offered;  ///< lists of protocols, each in its hello's order
    std::vector<std::string> alpn_chosen;                ///< by servers, where that is visible (not in TLS 1.3)
    std::vector<std::string> ja4;
    bool more = false;  ///< there was more than is kept

    bool empty() const { return alpn_offered.empty() && alpn_chosen.empty() && ja4.empty(); }
    friend bool operator==(const TlsTraits&, const TlsTraits&) = default;
};

/// All flows of one owner to one endpoint.
struct Contact {
    static constexpr std::size_t kept_flows = 16;  ///< flow ids that a contact names as its evidence
    static constexpr std::size_t kept_names = 8;   ///< further names, candidates and protocols
    static constexpr std::size_t kept_traits = 8;  ///< different hellos, of clients and servers together

    std::uint64_t id = 0;
    Owner owner;
    Endpoint endpoint;
    std::optional<NameSource> name_source;  ///< of `endpoint.host`
    std::vector<NameSource> name_sources;   ///< all sources that gave this name
    std::vector<std::string> candidates;    ///< where `endpoint.host` is empty: what DNS answers allow
    std::vector<std::string> other_names;   ///< further names on the same flows
    std::vector<Protocol> protocols;
    std::shared_ptr<const TlsTraits> tls;  ///< null where no hello said anything; contacts alike share one
    Resolution resolution = Resolution::not_asked;
    bool tunnelled = false;  ///< inside a tunnel: its octets are the tunnel's contact's too
    std::uint64_t flow_count = 0;
    std::uint64_t outer_name_only = 0;  ///< flows whose name can be an outer one (ECH)
    std::vector<std::uint64_t> flows;   ///< the first ones
    PacketRange packets;                ///< of the first flow
    Volume out;
    Volume in;
    Timestamp first;
    Timestamp last;
    std::vector<PhaseVolume> phases;     ///< in their order, those with packets; empty where there is one phase alone
    std::optional<Intervals> intervals;  ///< from two flows on
    std::vector<Via> via;                ///< proxies that its flows went by, in the order of their addresses
    std::vector<std::uint64_t> carries;  ///< contacts of other processes, whose flows these carry on: a local proxy's
};

/// What makes two contacts ones with the same endpoint: one without a host is its address, a host at several addresses
/// is one. The name is borrowed from the contact.
using EndpointKey = std::tuple<std::string_view, IpAddress, Port, Transport, bool>;
EndpointKey endpoint_key(const Contact& contact);

}  // namespace waybill
