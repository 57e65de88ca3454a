#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/parse_error.h"
#include "model/flow_facts.h"
#include "model/name_clue.h"

namespace waybill {

/// What one packet added to what is known of its flow: what a trimmed recording notes in that packet's comment, for the
/// octets that said so are left out.
struct FactsDelta {
    struct Name {
        NameSource source{};
        std::string name;
        friend bool operator==(const Name&, const Name&) = default;
    };

    Protocol protocol = Protocol::unknown;
    std::vector<Name> names;
    std::vector<std::string> http_methods;
    std::vector<std::string> connect;
    std::vector<std::string> socks;
    std::vector<std::string> ssh;
    std::uint64_t requests = 0;
    bool ambiguous = false;      ///< retransmitted octets differed
    bool sides_swapped = false;  ///< who was taken for the client is the server

    bool empty() const { return *this == FactsDelta{}; }
    friend bool operator==(const FactsDelta&, const FactsDelta&) = default;
};

/// How far a flow's facts had come, so that what is added can be told.
struct FactsMark {
    Protocol protocol = Protocol::unknown;
    std::size_t names = 0;
    std::size_t http_methods = 0;
    std::size_t connect = 0;
    std::size_t socks = 0;
    std::size_t ssh = 0;
    std::uint64_t requests = 0;
    bool ambiguous = false;
};

FactsMark mark(const FlowFacts& facts);

/// What came after `from`, but for names that stand in octets which are kept (hellos, DNS).
FactsDelta delta_since(const FactsMark& from, const FlowFacts& facts);

/// Adds what a comment says, at the time of its packet; who is the client is the caller's to change. False when a bound
/// of the facts was reached.
bool apply(const FactsDelta& delta, Timestamp at, FlowFacts& facts);

/// The comment's text (docs/formats/case.md): `waybill/1 protocol=http http-host=a.example method=GET`. Octets outside
/// of 0x21..0x7e, and `%`, are written %HH.
std::string to_comment(const FactsDelta& delta);

/// Errors: `unsupported` when it does not begin with `waybill/1`; `bad_value` for a key or a value that is not of the
/// grammar; `too_long` past 64 KiB.
std::expected<FactsDelta, ParseError> parse_comment(std::string_view comment);

}  // namespace waybill
