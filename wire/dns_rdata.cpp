#include "wire/dns_rdata.h"

#include <fmt/format.h>

namespace waybill::dns {
namespace {

// RFC 9460, 14.3.2 (IANA: Service Parameter Keys (SvcParamKeys)).
constexpr std::uint16_t key_ipv4_hint = 4;
constexpr std::uint16_t key_ech = 5;
constexpr std::uint16_t key_ipv6_hint = 6;

constexpr std::size_t ipv4_octets = 4;
constexpr std::size_t ipv6_octets = 16;

/// The message up to the record's end, so that a name in the rdata cannot run past it.
Bytes up_to_end(const Message& message, const Record& record)
{
    return message.octets.first(std::size_t{record.rdata} + record.rdata_octets);
}

/// Where a name starts in the rdata of these types; nothing for others.
std::optional<std::size_t> octets_before_name(Type type)
{
    switch (type) {
        using enum Type;
        case cname:
        case ns:
        case ptr:
        case dname:
        case soa:
            return 0;
        case mx:  // RFC 1035, 3.3.9: preference
            return 2;
        case srv:  // RFC 2782: priority, weight, port
            return 6;
        default:
            return std::nullopt;
    }
}

/// The name in the record's rdata, if its type has one and it is sound.
std::optional<Name> name_in_rdata(const Message& message, const Record& record)
{
    const auto before = octets_before_name(record.type);
    if (!before || *before > record.rdata_octets)
        return std::nullopt;
    std::optional<Name> name{std::in_place};
    const auto taken = read_name(up_to_end(message, record), record.rdata + *before, *name);
    if (!taken || (record.type != Type::soa && *before + *taken != record.rdata_octets))
        return std::nullopt;
    return name;
}

/// RFC 1035, 3.3.14: one or more strings with a length octet each.
std::string txt_text(Bytes rdata)
{
    std::string text;
    Cursor in{rdata};
    while (!in.at_end()) {
        const Bytes string = in.bytes(in.u8());
        if (in.failed())
            return {};
        append_escaped_text(string, text);
    }
    return text;
}

/// RFC 9460, 7.3: a hint is a list of at least one address.
bool is_address_list(Bytes value, std::size_t address_octets)
{
    return !value.empty() && value.size() % address_octets == 0;
}

std::expected<void, ParseError> read_parameters(Cursor& in, ServiceBinding& binding)
{
    using enum ParseError::Kind;
    std::optional<std::uint16_t> previous;
    while (!in.at_end()) {
        const ParseError here = in.error(bad_value);
        const std::uint16_t key = in.u16();
        const Bytes value = in.bytes(in.u16());
        if (in.failed())
            break;
        if (previous && key <= *previous)
            return std::unexpected(here);  // RFC 9460, 2.2: strictly increasing
        previous = key;
        if ((key == key_ipv4_hint && !is_address_list(value, ipv4_octets)) ||
            (key == key_ipv6_hint && !is_address_list(value, ipv6_octets)))
            return std::unexpected(here);
        if (key == key_ipv4_hint)
            binding.ipv4_hints = value;
        else if (key == key_ipv6_hint)
            binding.ipv6_hints = value;
        else if (key == key_ech)
            binding.ech_configs = value;
    }
    if (in.failed())
        return std::unexpected(in.error(truncated));
    return {};
}

void append_hints(std::string_view key, Bytes hints, std::size_t address_octets, std::string& text)
{
    std::string_view separator = key;
    for (Bytes rest = hints; rest.size() >= address_octets; rest = rest.subspan(address_octets)) {
        text += separator;
        text += IpAddress::from_octets(rest.first(address_octets)).text();
        separator = ",";
    }
}

std::string service_binding_text(const Message& message, const Record& record)
{
    const auto binding = read_service_binding(message, record);
    Name target;
    if (!binding || !read_name(message.octets, binding->target, target))
        return {};
    std::string text = fmt::format("{} {}", binding->priority, target.presentation());
    if (!binding->ech_configs.empty())
        text += " ech";
    append_hints(" ipv4hint=", binding->ipv4_hints, ipv4_octets, text);
    append_hints(" ipv6hint=", binding->ipv6_hints, ipv6_octets, text);
    return text;
}

}  // namespace

std::string rdata_text(const Message& message, const Record& record)
{
    std::string text;
    append_rdata_text(message, record, text);
    return text;
}

void append_rdata_text(const Message& message, const Record& record, std::string& text)
{
    if (const auto address = address_of(message, record)) {
        IpAddress::TextRoom room;
        text += address->text(room);
    } else if (record.type == Type::txt) {
        text += txt_text(message.rdata(record));
    } else if (is_service_binding(record.type)) {
        text += service_binding_text(message, record);
    } else if (const auto name = name_in_rdata(message, record)) {
        name->append_presentation(text);
    }
}

std::optional<IpAddress> address_of(const Message& message, const Record& record)
{
    const bool v4 = record.type == Type::a && record.rdata_octets == ipv4_octets;
    const bool v6 = record.type == Type::aaaa && record.rdata_octets == ipv6_octets;
    if ((!v4 && !v6) || record.class_number() != class_internet)
        return std::nullopt;
    return IpAddress::from_octets(message.rdata(record));
}

std::optional<std::size_t> alias_of(const Message& message, const Record& record)
{
    if (record.type == Type::cname) {
        const auto taken = skip_name(up_to_end(message, record), record.rdata);
        return taken && *taken == record.rdata_octets ? std::optional<std::size_t>{record.rdata} : std::nullopt;
    }
    if (!is_service_binding(record.type))
        return std::nullopt;
    const auto binding = read_service_binding(message, record);
    if (!binding || message.octets[binding->target] == std::byte{0})
        return std::nullopt;
    return binding->target;
}

std::expected<ServiceBinding, ParseError> read_service_binding(const Message& message, const Record& record)
{
    if (!is_service_binding(record.type))
        return std::unexpected(ParseError{ParseError::Kind::unsupported, record.rdata});
    Cursor in{message.rdata(record), record.rdata};
    ServiceBinding binding;
    binding.priority = in.u16();
    binding.target = in.offset();
    if (in.failed())
        return std::unexpected(in.error(ParseError::Kind::truncated));
    const auto taken = skip_name(up_to_end(message, record), binding.target);
    if (!taken)
        return std::unexpected(taken.error());
    in.skip(*taken);
    if (binding.priority == 0)
        return binding;  // RFC 9460, 2.4.2: in AliasMode recipients ignore parameters
    if (const auto parameters = read_parameters(in, binding); !parameters)
        return std::unexpected(parameters.error());
    return binding;
}

bool delivers_ech(const Message& message, const Record& record)
{
    const auto binding = read_service_binding(message, record);
    return binding && !binding->ech_configs.empty();
}

std::uint16_t service_port(const Message& message, const Record& record)
{
    Cursor in{message.rdata(record)};
    in.skip(4);  // priority, weight
    return in.u16();
}

}  // namespace waybill::dns
