#include "analyze/trim/facts_delta.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>

#include "base/hex.h"

namespace waybill {
namespace {

constexpr std::string_view head = "waybill/1";
constexpr std::size_t max_comment_octets = 65'535;  // a pcapng option's length has 16 bits

struct NameKey {
    std::string_view key;
    NameSource source;
};
constexpr std::array name_keys{
    NameKey{"http-host", NameSource::http_host}, NameKey{"http2-authority", NameSource::http2_authority},
    NameKey{"proxy-connect", NameSource::proxy_connect}, NameKey{"socks-name", NameSource::socks}};

struct ListKey {
    std::string_view key;
    std::vector<std::string> FactsDelta::* list;
};
constexpr std::array list_keys{ListKey{"method", &FactsDelta::http_methods}, ListKey{"connect", &FactsDelta::connect},
                               ListKey{"socks", &FactsDelta::socks}, ListKey{"ssh", &FactsDelta::ssh}};

void append(std::string& comment, std::string_view key, std::string_view value)
{
    comment += ' ';
    comment += key;
    comment += '=';
    for (const char character : value) {
        if (character > ' ' && character < 0x7f && character != '%') {
            comment += character;
            continue;
        }
        comment += '%';
        comment += to_hex(as_octets({&character, 1}));
    }
}

std::optional<std::string> decoded(std::string_view value)
{
    std::string text;
    for (std::size_t at = 0; at < value.size(); ++at) {
        if (value[at] != '%') {
            if (value[at] <= ' ' || value[at] >= 0x7f)
                return std::nullopt;
            text += value[at];
            continue;
        }
        const auto octet = from_hex(value.substr(at + 1, 2));
        if (!octet || octet->size() != 1)
            return std::nullopt;
        text += as_text(*octet);
        at += 2;
    }
    return text;
}

bool set(FactsDelta& delta, std::string_view key, const std::string& value)
{
    for (const NameKey& name : name_keys)
        if (name.key == key) {
            delta.names.push_back({name.source, value});
            return true;
        }
    for (const ListKey& list : list_keys)
        if (list.key == key) {
            (delta.*list.list).push_back(value);
            return true;
        }
    if (key == "protocol") {
        const auto protocol = find_protocol(value);
        delta.protocol = protocol.value_or(Protocol::unknown);
        return protocol.has_value() && protocol != Protocol::unknown;
    }
    if (key == "ambiguous" || key == "sides") {
        (key == "sides" ? delta.sides_swapped : delta.ambiguous) = true;
        return value == (key == "sides" ? "swapped" : "yes");
    }
    if (key != "requests")
        return false;
    const std::string_view digits{value};
    const auto [end, problem] = std::from_chars(digits.begin(), digits.end(), delta.requests);
    return problem == std::errc{} && end == digits.end() && delta.requests > 0;
}

void add_from(std::vector<std::string>& added, const std::vector<std::string>& all, std::size_t from)
{
    const std::span<const std::string> values{all};
    for (const std::string& value : values.subspan(std::min(from, values.size())))
        added.push_back(value);
}

void add_distinct(std::vector<std::string>& values, const std::vector<std::string>& more)
{
    for (const std::string& value : more)
        if (std::ranges::find(values, value) == values.end())
            values.push_back(value);
}

}  // namespace

FactsMark mark(const FlowFacts& facts)
{
    FactsMark now{facts.protocol, facts.names.size()};
    now.ambiguous = facts.ambiguous;
    if (const auto& application = facts.application) {
        now.http_methods = application->http_methods.size();
        now.connect = application->connect.size();
        now.socks = application->socks.size();
        now.ssh = application->ssh.size();
        now.requests = application->requests;
    }
    return now;
}

FactsDelta delta_since(const FactsMark& from, const FlowFacts& facts)
{
    FactsDelta delta;
    if (facts.protocol != from.protocol)
        delta.protocol = facts.protocol;
    delta.ambiguous = facts.ambiguous && !from.ambiguous;
    const std::span<const NameClue> names{facts.names};
    for (const NameClue& clue : names.subspan(std::min(from.names, names.size())))
        if (std::ranges::find(name_keys, clue.source, &NameKey::source) != name_keys.end())
            delta.names.push_back({clue.source, std::string{clue.name.text()}});
    if (const auto& application = facts.application) {
        add_from(delta.http_methods, application->http_methods, from.http_methods);
        add_from(delta.connect, application->connect, from.connect);
        add_from(delta.socks, application->socks, from.socks);
        add_from(delta.ssh, application->ssh, from.ssh);
        delta.requests = application->requests - from.requests;
    }
    return delta;
}

bool apply(const FactsDelta& delta, Timestamp at, FlowFacts& facts)
{
    if (facts.protocol == Protocol::unknown)
        facts.protocol = delta.protocol;
    bool fits = true;
    for (const FactsDelta::Name& name : delta.names)
        fits = facts.add_name({name.name, name.source, at}) && fits;
    if (delta.requests > 0)
        facts.app().requests += delta.requests;
    if (!delta.http_methods.empty())
        add_distinct(facts.app().http_methods, delta.http_methods);
    if (!delta.connect.empty())
        add_distinct(facts.app().connect, delta.connect);
    if (!delta.socks.empty())
        add_distinct(facts.app().socks, delta.socks);
    for (const std::string& banner : delta.ssh)
        facts.app().ssh.push_back(banner);  // both sides may say the same
    facts.ambiguous |= delta.ambiguous;
    return fits;
}

std::string to_comment(const FactsDelta& delta)
{
    std::string comment{head};
    if (delta.protocol != Protocol::unknown)
        append(comment, "protocol", text(delta.protocol));
    for (const FactsDelta::Name& name : delta.names)
        append(comment, std::ranges::find(name_keys, name.source, &NameKey::source)->key, name.name);
    for (const ListKey& list : list_keys)
        for (const std::string& value : delta.*list.list)
            append(comment, list.key, value);
    if (delta.requests > 0)
        append(comment, "requests", std::to_string(delta.requests));
    if (delta.ambiguous)
        append(comment, "ambiguous", "yes");
    if (delta.sides_swapped)
        append(comment, "sides", "swapped");
    return comment;
}

std::expected<FactsDelta, ParseError> parse_comment(std::string_view comment)
{
    using enum ParseError::Kind;
    if (comment.size() > max_comment_octets)
        return std::unexpected(ParseError{too_long, max_comment_octets});
    if (!comment.starts_with(head))
        return std::unexpected(ParseError{unsupported, 0});
    FactsDelta delta;
    std::size_t at = head.size();
    while (at < comment.size()) {  // every turn takes a space and more
        const std::size_t end = std::min(comment.find(' ', at + 1), comment.size());
        const std::string_view member = comment.substr(at + 1, end - at - 1);
        const std::size_t equals = member.find('=');
        const auto value = equals == std::string_view::npos ? std::nullopt : decoded(member.substr(equals + 1));
        if (comment[at] != ' ' || !value || !set(delta, member.substr(0, equals), *value))
            return std::unexpected(ParseError{bad_value, at});
        at = end;
    }
    return delta;
}

}  // namespace waybill
