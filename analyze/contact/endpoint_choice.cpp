#include "analyze/contact/endpoint_choice.h"

#include <charconv>
#include <cstdint>

namespace waybill {
namespace {

/// A name from the flow's own octets is the stronger, the nearer it stands to who is meant; DNS comes last.
unsigned weakness(NameSource source)
{
    switch (source) {
        case NameSource::tls_sni:
        case NameSource::quic_sni:
        case NameSource::dtls_sni:
            return 0;
        case NameSource::http2_authority:
            return 1;
        case NameSource::http_host:
            return 2;
        case NameSource::proxy_connect:
            return 3;
        case NameSource::socks:
            return 4;
        case NameSource::dns_answer:
            break;
    }
    return 5;
}

bool is_address(std::string_view name)
{
    const bool could_be =
        !name.empty() && (name.back() == ']' || (name.back() >= '0' && name.back() <= '9') || name.contains(':'));
    if (!could_be)
        return false;
    if (name.starts_with('[') && name.ends_with(']'))
        name = name.substr(1, name.size() - 2);
    return IpAddress::parse(name).has_value();
}

const std::string* proxy_target(const FlowFacts& facts)
{
    const auto& application = facts.application;
    if (!application)
        return nullptr;
    if (!application->connect.empty())
        return &application->connect.front();
    return application->socks.empty() ? nullptr : &application->socks.front();
}

}  // namespace

std::optional<ChosenName> choose_name(const FlowFacts& facts)
{
    const NameClue* best = nullptr;
    unsigned answers = 0;
    for (const NameClue& clue : facts.names) {
        if (clue.source == NameSource::dns_answer) {
            ++answers;
            if (best == nullptr)
                best = &clue;
        } else if (!is_address(clue.name.text()) &&
                   (best == nullptr || weakness(clue.source) < weakness(best->source))) {
            best = &clue;
        }
    }
    if (best == nullptr || (best->source == NameSource::dns_answer && answers > 1))
        return std::nullopt;
    return ChosenName{best->name.text(), best->source};
}

IpAddress target_address(const FlowFacts& facts, const IpAddress& server)
{
    const std::string* target = proxy_target(facts);
    if (target == nullptr)
        return server;
    std::string_view host{*target};
    if (const std::size_t colon = host.rfind(':'); colon != std::string_view::npos && !host.ends_with(']'))
        host = host.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    return IpAddress::parse(host).value_or(server);
}

Port target_port(const FlowFacts& facts, Port server_port)
{
    const std::string* target = proxy_target(facts);
    const std::size_t colon = target == nullptr ? std::string::npos : target->rfind(':');
    if (colon == std::string::npos)
        return server_port;
    const std::string_view digits = std::string_view{*target}.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, problem] = std::from_chars(digits.begin(), digits.end(), port);
    return problem == std::errc{} && end == digits.end() ? Port{port} : server_port;
}

}  // namespace waybill
