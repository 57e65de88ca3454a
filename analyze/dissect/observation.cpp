#include "analyze/dissect/observation.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "wire/dns_name.h"
#include "wire/http1.h"

namespace waybill {
namespace {

std::string presentation(std::string_view text)
{
    std::string escaped;
    dns::append_escaped_text(as_octets(text), escaped);
    return escaped;
}

/// Whether the text is its own presentation.
bool is_plain(std::string_view text)
{
    unsigned other = 0;  // no way out of the loop, so that many octets are compared at once
    for (const char octet : text)
        other |= static_cast<unsigned>(octet < ' ') | static_cast<unsigned>(octet > '~') |
                 static_cast<unsigned>(octet == '\\');
    return other == 0;
}

/// False when it is not there and there is no room for it.
bool add_distinct(std::vector<std::string>& kept, std::string text, std::size_t bound)
{
    if (std::ranges::find(kept, text) != kept.end())
        return true;
    if (kept.size() >= bound)
        return false;
    kept.push_back(std::move(text));
    return true;
}

}  // namespace

void Observation::recognise(Protocol protocol) const
{
    if (facts_.protocol == Protocol::unknown)
        facts_.protocol = protocol;
}

void Observation::name(NameSource source, std::string_view host) const
{
    if (host.empty())
        return;
    if (host.size() > max_name_octets || !facts_.add_name({shared(host), source, at_}))
        ++counters().names_bound;
}

/// A flow is most often called what DNS led to: that copy is at hand.
SharedText Observation::shared(std::string_view host) const
{
    if (!is_plain(host))
        return context_.names.share(presentation(host));
    const auto known = std::ranges::find_if(facts_.names, [&](const NameClue& clue) { return clue.name == host; });
    return known != facts_.names.end() ? known->name : context_.names.share(host);
}

void Observation::authority(NameSource source, std::string_view text) const
{
    const auto authority = http1::parse_authority(text);
    name(source, authority ? authority->host : text);
}

void Observation::http_request(std::string_view method) const
{
    ApplicationFacts& application = facts_.app();
    ++application.requests;
    // More methods than this are a stranger's play: the names and the count stay right without them.
    add_distinct(application.http_methods, presentation(method), max_flow_methods);
}

void Observation::connect_target(std::string_view target) const
{
    if (target.size() > max_target_octets ||
        !add_distinct(facts_.app().connect, presentation(target), max_flow_targets))
        ++counters().names_bound;
}

void Observation::socks_target(std::string_view target) const
{
    if (!add_distinct(facts_.app().socks, presentation(target), max_flow_targets))
        ++counters().names_bound;
}

void Observation::ssh_banner(std::string_view banner) const
{
    facts_.app().ssh.push_back(presentation(banner));
}

}  // namespace waybill
