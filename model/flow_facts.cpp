#include "model/flow_facts.h"

#include <algorithm>
#include <array>

namespace waybill {

namespace {

constexpr std::array<std::string_view, 22> protocol_words{
    "",    "tls",  "quic",      "dtls", "http", "http2", "dns", "mdns", "llmnr", "ssh",  "socks",
    "ntp", "stun", "wireguard", "smtp", "imap", "pop3",  "ftp", "irc",  "xmpp",  "ldap", "postgresql"};

}  // namespace

std::string_view text(Protocol protocol)
{
    const auto index = static_cast<std::size_t>(protocol);
    return index < protocol_words.size() ? protocol_words[index] : std::string_view{};
}

std::optional<Protocol> find_protocol(std::string_view word)
{
    const auto found = std::ranges::find(protocol_words, word);
    if (found == protocol_words.end())
        return std::nullopt;
    return static_cast<Protocol>(found - protocol_words.begin());
}

std::string_view text(HelloState state)
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

std::string_view text(EchState state)
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

bool FlowFacts::add_name(NameClue clue)
{
    const auto same = [&](const NameClue& known) { return known.source == clue.source && known.name == clue.name; };
    if (std::ranges::any_of(names, same))
        return true;
    if (names.size() >= max_names)
        return false;
    if (names.empty())
        names.reserve(2);  // most flows have one from their octets and one from DNS
    names.push_back(std::move(clue));
    return true;
}

ApplicationFacts& FlowFacts::app()
{
    if (!application)
        application = std::make_unique<ApplicationFacts>();
    return *application;
}

}  // namespace waybill
