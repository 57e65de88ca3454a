#include "capture/browser/asked_address.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include "base/ascii.h"

namespace waybill {
namespace {

constexpr std::array<std::string_view, 2> schemes{"http://", "https://"};
constexpr std::array<std::string_view, 3> loopback_hosts{"//localhost:", "//127.0.0.1:", "//[::1]:"};
constexpr std::array<std::string_view, 4> sign_in_words{
    "redirect_uri=", "code_challenge=", "response_type=", "user_code="};
constexpr std::uint16_t first_unprivileged_port = 1024;
constexpr int most_encodings = 2;  // an address in a field of an address in a field

bool is_printable(char character)
{
    return character > ' ' && character < '\x7f';
}

std::optional<char> decoded(std::string_view two)
{
    unsigned value = 0;
    const auto [end, problem] = std::from_chars(two.data(), two.data() + two.size(), value, 16);
    if (problem != std::errc{} || end != two.data() + two.size())
        return std::nullopt;
    return static_cast<char>(value);
}

/// RFC 3986, 2.1. What is no encoding stays.
std::string without_encoding(std::string_view text)
{
    constexpr std::size_t digits = 2;
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto character =
            text[at] == '%' && at + digits < text.size() ? decoded(text.substr(at + 1, digits)) : std::optional<char>{};
        result += character.value_or(text[at]);
        at += character ? digits : 0;
    }
    return result;
}

std::optional<std::uint16_t> leading_port(std::string_view text)
{
    std::uint16_t port = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (problem != std::errc{} || port < first_unprivileged_port)
        return std::nullopt;
    return port;
}

void add_ports(std::string_view text, std::vector<std::uint16_t>& ports)
{
    for (const std::string_view host : loopback_hosts)
        for (std::size_t at = text.find(host); at != std::string_view::npos; at = text.find(host, at + 1)) {  // grows
            const auto port = leading_port(text.substr(at + host.size()));
            if (port && ports.size() < AskedAddress::most_ports && std::ranges::find(ports, *port) == ports.end())
                ports.push_back(*port);
        }
}

/// The ports of this machine that are said, percent-encoded once or twice.
std::vector<std::uint16_t> ports_in(std::string_view text)
{
    std::vector<std::uint16_t> ports;
    std::string said{text};
    for (int encodings = 0; encodings < most_encodings; ++encodings) {
        said = without_encoding(said);
        add_ports(in_lower_case(said), ports);
    }
    return ports;
}

/// What stands behind the scheme; nothing where it is none of the web's.
std::optional<std::string_view> behind_scheme(std::string_view text)
{
    for (const std::string_view scheme : schemes)
        if (starts_with_ignoring_case(text, scheme))
            return text.substr(scheme.size());
    return std::nullopt;
}

/// Where the authority ends (RFC 3986, 3.2), as browsers have it.
std::size_t end_of_authority(std::string_view rest)
{
    return std::min(rest.find_first_of("/?#\\"), rest.size());
}

bool speaks_of_answer(std::string_view lowered)
{
    return std::ranges::any_of(sign_in_words, [&](std::string_view word) { return lowered.contains(word); });
}

/// Host and port are what stands before the path; of a name and a password before "@" nothing is said.
std::string host_of(std::string_view authority)
{
    authority = authority.substr(authority.find_last_of('@') + 1);  // npos + 1 is 0
    const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : std::string_view::npos;
    if (bracket != std::string_view::npos)
        return in_lower_case(authority.substr(0, bracket + 1));
    return in_lower_case(authority.substr(0, authority.find(':')));
}

}  // namespace

std::optional<AskedAddress> read_asked_address(std::string_view line)
{
    const auto rest = behind_scheme(line);
    if (!rest || line.size() > AskedAddress::most_octets || !std::ranges::all_of(line, is_printable))
        return std::nullopt;
    AskedAddress asked;
    asked.address = line;
    asked.host = host_of(rest->substr(0, end_of_authority(*rest)));
    if (asked.host.empty())
        return std::nullopt;
    asked.ports = ports_in(rest->substr(end_of_authority(*rest)));
    asked.is_sign_in = is_sign_in_address(line);
    return asked;
}

bool is_sign_in_address(std::string_view text)
{
    const auto rest = behind_scheme(text);
    return rest && (speaks_of_answer(in_lower_case(text)) || !ports_in(rest->substr(end_of_authority(*rest))).empty());
}

}  // namespace waybill
