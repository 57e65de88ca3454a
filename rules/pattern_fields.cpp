#include "rules/pattern_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace waybill::rules {
namespace {

/// Whether no bit of the base lies behind the prefix.
bool is_network(const AddressRange& range)
{
    unsigned bit = 0;
    for (const std::byte octet : range.base.octets()) {
        const unsigned kept = range.prefix_length > bit ? std::min(range.prefix_length - bit, 8U) : 0;
        if ((std::to_integer<unsigned>(octet) & (0xffU >> kept)) != 0)
            return false;
        bit += 8;
    }
    return true;
}

void read_hosts(JsonObject& in, EndpointPattern& match)
{
    for (const std::string_view written : in.optional_texts("hosts")) {
        auto pattern = HostPattern::parse(written);
        if (!pattern)
            in.fail("hosts", fmt::format("\"{}\" is not a host pattern: {}", written, text(pattern.error().kind)));
        else
            match.hosts.push_back(*std::move(pattern));
    }
    for (const std::string_view written : in.optional_texts("domains")) {
        const auto domain = Hostname::parse(written);
        if (!domain || domain->text() != written)
            in.fail("domains", fmt::format("\"{}\" is not a domain in lower case", written));
        else
            match.hosts.push_back(HostPattern::domain(*domain));
    }
}

void read_addresses(JsonObject& in, EndpointPattern& match)
{
    for (const std::string_view written : in.optional_texts("addresses")) {
        const auto range = AddressRange::parse(written);
        if (!range || !is_network(*range) || text(*range) != written)
            in.fail("addresses", fmt::format("\"{}\" is not an address or range in its shortest form, such as "
                                             "192.0.2.0/24 or 2001:db8::1",
                                             written));
        else
            match.addresses.push_back(*range);
    }
}

}  // namespace

EndpointPattern endpoint_pattern(JsonObject& in, std::optional<FieldError>& error)
{
    EndpointPattern match;
    read_hosts(in, match);
    read_addresses(in, match);
    in.each_optional("ports", [&](JsonValue value, const JsonPlace& place) {
        const bool is_port = value.is_text() || value->kind == JsonDocument::Kind::number;
        const auto range = is_port ? parse_port_range(value->text) : std::nullopt;
        if (range)
            match.ports.push_back(*range);
        else if (!error)
            error = FieldError{place.text(), "it must be a port such as 443 or a range such as \"8000-8100\""};
    });
    for (const std::string_view written : in.optional_texts("transports")) {
        if (const auto transport = parse_transport(written))
            match.transports.push_back(*transport);
        else
            in.fail("transports", "it must be tcp, udp, icmp or sctp");
    }
    return match;
}

}  // namespace waybill::rules
