#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <vector>

#include "base/cursor.h"
#include "base/parse_error.h"

namespace waybill::dns {

constexpr std::size_t header_octets = 12;  // RFC 1035, 4.1.1

/// Kinds of query (IANA: DNS OpCodes). Other values stay what they are.
enum class Opcode : std::uint8_t { query = 0, inverse_query = 1, status = 2, notify = 4, update = 5, stateful = 6 };

/// Resource record types that something here depends on (IANA: Resource Record (RR) TYPEs). Others stay what they are.
enum class Type : std::uint16_t {
    a = 1,
    ns = 2,
    cname = 5,
    soa = 6,
    ptr = 12,
    mx = 15,
    txt = 16,
    aaaa = 28,
    srv = 33,
    dname = 39,
    opt = 41,
    svcb = 64,
    https = 65,
    ixfr = 251,
    axfr = 252,
    any = 255,
};

constexpr std::uint16_t class_internet = 1;            // RFC 1035, 3.2.4
constexpr std::uint16_t multicast_class_bit = 0x8000;  // RFC 6762, 5.4 (QU) and 10.2 (cache-flush)

/// RFC 1035, 4.1.1. `rcode` is EDNS's extended one where an OPT record was read (RFC 6891, 6.1.3).
struct Header {
    std::uint16_t id = 0;
    std::uint16_t rcode = 0;
    Opcode opcode = Opcode::query;
    bool response = false;             ///< QR
    bool authoritative = false;        ///< AA
    bool truncated = false;            ///< TC: the server left records out
    bool recursion_desired = false;    ///< RD
    bool recursion_available = false;  ///< RA

    friend bool operator==(const Header&, const Header&) = default;
};

/// RFC 1035, 4.1.2.
struct Question {
    std::uint16_t name = 0;  ///< where its name starts in the message (read_name)
    Type type{};
    std::uint16_t qclass = 0;  ///< all 16 bits

    /// The class without mDNS's unicast-response bit (RFC 6762, 5.4).
    std::uint16_t class_number() const { return qclass & static_cast<std::uint16_t>(~multicast_class_bit); }
    friend bool operator==(const Question&, const Question&) = default;
};

/// RFC 1035, 4.1.3.
struct Record {
    std::uint16_t name = 0;  ///< where its owner's name starts in the message (read_name)
    Type type{};
    std::uint16_t rclass = 0;  ///< all 16 bits
    std::uint16_t rdata = 0;   ///< where its rdata starts in the message
    std::uint16_t rdata_octets = 0;
    std::uint32_t ttl = 0;  ///< seconds

    /// The class without mDNS's cache-flush bit (RFC 6762, 10.2).
    std::uint16_t class_number() const { return rclass & static_cast<std::uint16_t>(~multicast_class_bit); }
    friend bool operator==(const Record&, const Record&) = default;
};

/// Why a message was not read to its end.
enum class Damage : std::uint8_t {
    none,
    cut,        ///< the capture holds fewer octets than were on the wire; what is there is sound
    malformed,  ///< the message itself is broken
};

/// One message. Every name in it was checked; questions and records stand here only whole. The object is meant to be
/// read into again: its lists keep their capacity.
struct Message {
    Bytes octets;  ///< borrowed from the caller of parse_message; every offset counts from its start
    Header header;
    std::vector<Question> questions;
    std::vector<Record> records;  ///< answers, then authority, then additional
    std::size_t answer_count = 0;
    std::size_t authority_count = 0;
    std::size_t trailing_octets = 0;  ///< behind the last record; some senders pad
    Damage damage = Damage::none;
    ParseError error{};  ///< meaningful with damage: what and where

    std::span<const Record> answers() const { return std::span{records}.first(answer_count); }
    std::span<const Record> authority() const { return std::span{records}.subspan(answer_count, authority_count); }
    std::span<const Record> additional() const { return std::span{records}.subspan(answer_count + authority_count); }
    Bytes rdata(const Record& record) const { return octets.subspan(record.rdata, record.rdata_octets); }
    bool has_header() const { return octets.size() >= header_octets; }
};

/// Reads a DNS, mDNS or LLMNR message (RFC 1035, 4.1; RFC 6762, 18; RFC 4795, 2.1) without TCP's length in front.
/// `wire_octets` is how many octets it had on the wire: more than `octets` holds when the capture was cut.
///
/// Errors: `truncated`, and those of read_name. `message` then keeps what was read whole before the damage and says so
/// in `damage` and `error`. Octets behind the last record are counted, not refused. The header's counts bound nothing:
/// each question takes at least 5 octets and each record 11, so reading ends with the octets.
std::expected<void, ParseError> parse_message(Bytes octets, std::size_t wire_octets, Message& message);

/// As above, for a message that was captured whole.
std::expected<void, ParseError> parse_message(Bytes octets, Message& message);

/// Whether a UDP payload on a port that is not DNS's own is a DNS message all the same. Strict: one question of a
/// registered type and class, the header's reserved bit clear, sections that fit the direction, every octet used, and
/// not NetBIOS's.
/// `scratch` is overwritten; on true it holds the message.
bool looks_like_dns(Bytes octets, Message& scratch);

}  // namespace waybill::dns
