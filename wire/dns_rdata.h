#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "model/address.h"
#include "wire/dns_message.h"
#include "wire/dns_name.h"

namespace waybill::dns {

/// The type's mnemonic in IANA's registry ("ANY" for 255); empty where it has none.
std::string_view registered_type_text(Type type);

/// The type's mnemonic, TYPE1234 where it has none (RFC 3597, 5).
std::string type_text(Type type);

/// What the record names, as text: the address of A and AAAA; the name of CNAME, NS, PTR and DNAME; the primary server
/// of SOA, the exchange of MX, the target of SRV; the strings of TXT behind each other, escaped as in names but for
/// '.'; of SVCB and HTTPS priority and target, then `ech` where one is delivered, `ipv4hint=` and `ipv6hint=` (RFC
/// 9460, 2.1). Empty for other types and for damaged rdata.
std::string rdata_text(const Message& message, const Record& record);

/// Appends `rdata_text()` to `text`.
void append_rdata_text(const Message& message, const Record& record, std::string& text);

/// The address of an A or AAAA record (RFC 1035, 3.4.1; RFC 3596, 2.2); nothing for other types, classes or lengths.
std::optional<IpAddress> address_of(const Message& message, const Record& record);

/// The port of an SRV record (RFC 2782); 0 for damaged rdata.
std::uint16_t service_port(const Message& message, const Record& record);

/// Where in the message the name starts that stands for the owner: the target of a CNAME (RFC 1035, 3.3.1), or of SVCB
/// and HTTPS unless it is the owner itself (RFC 9460, 2.5). Nothing for other types or damaged rdata.
std::optional<std::size_t> alias_of(const Message& message, const Record& record);

/// What an SVCB or HTTPS record says that names or hides an endpoint (RFC 9460, 2.2).
struct ServiceBinding {
    std::uint16_t priority = 0;  ///< 0: AliasMode, which has no parameters
    std::size_t target = 0;      ///< where the target's name starts in the message; the root stands for the owner
    Bytes ech_configs;           ///< an ECHConfigList (RFC 9848, 3); empty without one; borrowed from the message
    Bytes ipv4_hints;            ///< 4 octets an address; borrowed from the message
    Bytes ipv6_hints;            ///< 16 octets an address; borrowed from the message
};

/// Errors: `unsupported` for another type; those of read_name; `truncated`; `bad_value` for keys that do not ascend or
/// a hint that is no list of addresses.
std::expected<ServiceBinding, ParseError> read_service_binding(const Message& message, const Record& record);

/// Whether the record hands its client a configuration for Encrypted ClientHello.
bool delivers_ech(const Message& message, const Record& record);

constexpr bool is_service_binding(Type type)
{
    return type == Type::svcb || type == Type::https;
}

}  // namespace waybill::dns
