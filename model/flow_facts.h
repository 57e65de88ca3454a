#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "model/name_clue.h"
#include "model/protocol.h"

namespace waybill {

/// How much of a client's hello was seen. `trimmed`: octets that Waybill's own recording left out.
enum class HelloState : std::uint8_t { absent, complete, truncated, malformed, trimmed };
constexpr std::string_view text(HelloState state)
{
    switch (state) {
        using enum HelloState;
        case absent:
            return "absent";
        case complete:
            return "complete";
        case truncated:
            return "truncated";
        case malformed:
            return "malformed";
        case trimmed:
            return "trimmed";
    }
    return "absent";
}

/// What a ClientHello offers for the inner name (RFC 9849): whether it is real or GREASE cannot be seen in the hello.
enum class EchState : std::uint8_t {
    not_offered,
    offered,            ///< offered; nothing observed decides whether the outer name is the only one
    outer_name_stands,  ///< offered, the run's DNS was fully observed and no HTTPS/SVCB answer delivered a
                        ///< configuration
    outer_name_only,    ///< offered, and a configuration was delivered, or could have been unseen
};
constexpr std::string_view text(EchState state)
{
    switch (state) {
        using enum EchState;
        case not_offered:
            return "";
        case offered:
            return "offered";
        case outer_name_stands:
            return "outer name stands";
        case outer_name_only:
            return "outer name only";
    }
    return "";
}

/// What one ClientHello says beside its name, in whatever order its extensions stand; flows with equal hellos share
/// one.
struct HelloFingerprint {
    std::uint16_t version = 0;  ///< the highest offered, GREASE left out (RFC 8446, 4.2.1; RFC 8701)
    std::vector<std::string> alpn;
    std::string ja4;  ///< empty for SSL 2.0's form
    bool ech_offered = false;
    bool grease = false;  ///< some GREASE value was offered (RFC 8701)

    friend bool operator==(const HelloFingerprint&, const HelloFingerprint&) = default;
};

/// One ClientHello.
struct ClientHelloFacts {
    std::shared_ptr<const HelloFingerprint> fingerprint;  ///< never null
    std::optional<Md5> ja3;                               ///< none for SSL 2.0's form

    friend bool operator==(const ClientHelloFacts&, const ClientHelloFacts&) = default;
};

/// A flow's ClientHellos: one, or two after a HelloRetryRequest (RFC 8446, 4.1.4). Needs no memory of its own.
class ClientHellos {
public:
    static constexpr std::size_t max_hellos = 2;

    /// Does nothing when there are two.
    void add(ClientHelloFacts hello)
    {
        if (count_ < max_hellos)
            hellos_[count_++] = std::move(hello);
    }
    bool empty() const { return count_ == 0; }
    std::size_t size() const { return count_; }
    const ClientHelloFacts* begin() const { return hellos_.data(); }
    const ClientHelloFacts* end() const { return std::next(hellos_.data(), static_cast<std::ptrdiff_t>(count_)); }
    const ClientHelloFacts& back() const { return hellos_.at(count_ - 1); }  ///< of one that is not empty

private:
    std::array<ClientHelloFacts, max_hellos> hellos_;
    std::size_t count_ = 0;
};

struct ServerHelloFacts {
    std::uint16_t version = 0;  ///< the selected one
    std::string alpn;           ///< the selected one where it is visible (not in TLS 1.3); else empty

    friend bool operator==(const ServerHelloFacts&, const ServerHelloFacts&) = default;
};

/// What only some protocols have to say.
struct ApplicationFacts {
    std::vector<std::string> http_methods;  ///< distinct, in order of first use
    std::vector<std::string> connect;       ///< "host:port" of HTTP CONNECT
    std::vector<std::string> socks;         ///< "host:port" of SOCKS CONNECT
    std::vector<std::string> ssh;           ///< banners (RFC 4253, 4.2), client's and server's
    std::uint64_t requests = 0;             ///< HTTP requests seen
};

/// What a flow's payload told. No field can hold payload itself.
struct FlowFacts {
    Protocol protocol = Protocol::unknown;
    HelloState hello = HelloState::absent;
    EchState ech = EchState::not_offered;
    bool ambiguous = false;       ///< retransmitted octets differed from the first ones
    std::vector<NameClue> names;  ///< distinct by name and source, at most max_names
    ClientHellos hellos;
    std::optional<ServerHelloFacts> server;
    std::unique_ptr<ApplicationFacts> application;

    static constexpr std::size_t max_names = 64;  ///< more distinct names on one flow are a counted gap

    /// Adds a clue unless that name from that source is there; false when the bound is reached.
    bool add_name(NameClue clue);
    /// Forgets everything; room for names is kept.
    void clear();
    ApplicationFacts& app();
};

}  // namespace waybill
