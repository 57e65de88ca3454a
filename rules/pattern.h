#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/address.h"
#include "model/endpoint.h"
#include "model/hostname.h"

namespace waybill::rules {

/// Why text is not a host pattern, and the offset of the character where it stops being one.
struct PatternError {
    enum class Kind : std::uint8_t {
        empty,          ///< no text
        too_long,       ///< over 253 characters, or a label over 63 (RFC 1035, 2.3.4)
        empty_label,    ///< two dots in a row, or one at either end
        bad_character,  ///< neither a letter, digit, hyphen, underscore nor a wildcard
        bad_wildcard,   ///< `**`, a brace that does not close, or a name in braces that is not letters and digits
        too_broad,      ///< the last label is a wildcard, so that it would match names of anybody
        is_address,     ///< an address: it belongs to `addresses`
    };
    Kind kind{};
    std::size_t offset{};

    friend bool operator==(const PatternError&, const PatternError&) = default;
};

/// What is wrong and what to write instead, as a part of a sentence.
std::string_view text(PatternError::Kind kind);

/// How closely something matches: compares greater when it is more specific.
///
/// Rules and policies use the same order: the level, then its length, then the number of further conditions.
struct Specificity {
    enum class Level : std::uint8_t {
        any,
        purpose,
        vendor,
        registrable_domain,
        address_range,   ///< longer prefix wins
        suffix,          ///< a leading `*.`; more labels win, then more literal characters
        label_wildcard,  ///< `*` inside a label, or `{name}` for a whole one; same order as a suffix
        exact_address,
        exact_host,
    };
    Level level = Level::any;
    unsigned length = 0;              ///< labels of a host pattern, bits of an address range
    unsigned literal_characters = 0;  ///< of a host pattern
    unsigned conditions = 0;          ///< further conditions that held: ports, transports

    friend auto operator<=>(const Specificity&, const Specificity&) = default;
};

/// "an exact host", "a wildcard inside a label", …
std::string_view text(Specificity::Level level);

/// A pattern for host names: an exact host; `*` for any characters inside one label; `{name}` for one whole label;
/// a leading `*.` for one or more labels. Letter case does not matter. The last label is always literal.
class HostPattern {
public:
    static std::expected<HostPattern, PatternError> parse(std::string_view text);
    static HostPattern domain(const Hostname& domain);  ///< the domain itself and every name below it

    const std::string& text() const { return text_; }  ///< in lower case, as it was written
    Specificity::Level level() const { return level_; }
    Specificity specificity() const;  ///< without further conditions

    /// The literal labels at the end, such as `ingest.example.com` of `o*.ingest.example.com`: every match ends in
    /// them.
    std::string_view literal_tail() const { return std::string_view{text_}.substr(tail_); }

    bool matches(const Hostname& host) const;

    friend bool operator==(const HostPattern&, const HostPattern&) = default;

private:
    HostPattern() = default;
    std::string text_;
    Specificity::Level level_ = Specificity::Level::exact_host;
    std::size_t tail_ = 0;  // where the literal labels at the end start
    unsigned labels_ = 0;   // a leading `*.` is not counted
    unsigned literal_characters_ = 0;
};

/// Ports from `first` to `last`, both included.
struct PortRange {
    Port first{};
    Port last{};

    bool contains(Port port) const { return first <= port && port <= last; }
    std::string text() const;  ///< `443` or `8000-8100`
    friend auto operator<=>(const PortRange&, const PortRange&) = default;
};

/// From `443` or `8000-8100`; nothing when it is neither, is port 0, or goes backwards.
std::optional<PortRange> parse_port_range(std::string_view text);

/// The transport of that word (tcp, udp, icmp, sctp); nothing for any other.
std::optional<Transport> parse_transport(std::string_view word);

/// What is asked about: what is absent is not known.
struct EndpointQuery {
    std::optional<Hostname> host;
    IpAddress address;  ///< of no family when there is none; considered only where no host is known
    std::optional<Port> port;
    std::optional<Transport> transport;
};

enum class EndpointError : std::uint8_t { empty, is_url, bad_host, bad_port, bad_transport };
std::string_view text(EndpointError error);  ///< what is wrong, as a part of a sentence

/// From `host`, `host:port`, `host:port/udp`, `192.0.2.1:53`, `[2001:db8::1]:443` or `2001:db8::1`. A host has a letter
/// or a digit (RFC 952, as RFC 1123, 2.1 has it), and else whatever a `Hostname` may have: names that were seen do.
std::expected<EndpointQuery, EndpointError> parse_endpoint(std::string_view text);

/// What a flow's or contact's endpoint asks. A host that is not a valid name, or an address in the host's place, is
/// not a host; the former leaves nothing that a rule could match.
EndpointQuery query(const Endpoint& endpoint);

/// `host:port/transport`, with what is absent left out.
std::string text(const EndpointQuery& endpoint);

/// What a rule matches: any of the hosts or addresses, and all of the further conditions. An empty list of ports or
/// transports is no condition.
struct EndpointPattern {
    std::vector<HostPattern> hosts;
    std::vector<AddressRange> addresses;
    std::vector<PortRange> ports;
    std::vector<Transport> transports;
};

/// Whether the further conditions hold, and how many. A condition on something that the query leaves out is not
/// checked and does not count. Nothing when one of them does not hold.
std::optional<unsigned> conditions_held(const EndpointPattern& pattern, const EndpointQuery& endpoint);

/// `192.0.2.0/24`, or the bare address of a range of one.
std::string text(const AddressRange& range);

/// How specific a range is, without further conditions.
Specificity specificity(const AddressRange& range);

}  // namespace waybill::rules
