#include "cli/pseudonyms.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/ascii.h"
#include "base/digest.h"
#include "model/hostname.h"

namespace waybill {
namespace {

constexpr std::size_t pseudonym_digits = 12;

/// What a name, an address or a word is made of; anything else ends it.
bool is_of_token(char character)
{
    const char lower = to_lower(character);
    return (lower >= 'a' && lower <= 'z') || is_digit(character) || character == '.' || character == '-' ||
           character == '_' || character == ':' || static_cast<unsigned char>(character) >= 0x80;
}

bool ends_path_part(std::string_view rest)
{
    return rest.empty() || rest.front() == '/' || !is_of_token(rest.front());
}

Failure no_choice(std::string_view option, std::string_view value, std::string_view what)
{
    return {ExitCode::usage, fmt::format("{}: \"{}\" {}", option, value, what)};
}

}  // namespace

std::expected<Pseudonyms, Failure> Pseudonyms::of(const RedactOptions& options, Bytes secret)
{
    Pseudonyms pseudonyms{secret};
    for (const std::string& host : options.hosts) {
        auto pattern = rules::HostPattern::parse(host);
        if (!pattern)
            return std::unexpected(no_choice("--host", host, rules::text(pattern.error().kind)));
        pseudonyms.hosts_.push_back(*std::move(pattern));
        if (host.starts_with("*."))  // the domain is told by itself, too
            if (auto domain = rules::HostPattern::parse(std::string_view{host}.substr(2)))
                pseudonyms.hosts_.push_back(*std::move(domain));
    }
    for (const std::string& address : options.addresses) {
        const auto range = AddressRange::parse(address);
        if (!range)
            return std::unexpected(no_choice("--address", address, "is neither an address nor a range of them"));
        pseudonyms.addresses_.push_back(*range);
    }
    for (const std::string& path : options.paths) {
        if (!path.starts_with('/') || path == "/")
            return std::unexpected(no_choice("--path", path, "is no beginning of paths such as /srv/acme"));
        pseudonyms.paths_.push_back(path.ends_with('/') ? path.substr(0, path.size() - 1) : path);
    }
    for (const std::string& word : options.words) {
        if (word.empty() || !std::ranges::all_of(word, is_of_token))
            return std::unexpected(no_choice("--word", word, "is not one word"));
        pseudonyms.words_.push_back(word);
    }
    std::ranges::sort(pseudonyms.paths_, std::ranges::greater{}, &std::string::size);  // the longest first
    return pseudonyms;
}

std::string Pseudonyms::pseudonym(char kind, std::string_view of) const
{
    std::vector<std::byte> octets{secret_.begin(), secret_.end()};
    const std::string text = fmt::format("pseudonym {} {}", kind, of);
    const auto more = std::as_bytes(std::span{text});
    octets.insert(octets.end(), more.begin(), more.end());
    return fmt::format("{}-{}", kind, sha256_hex(octets).substr(0, pseudonym_digits));
}

std::string Pseudonyms::replace_token(std::string_view token) const
{
    if (std::ranges::find(words_, token) != words_.end())
        return pseudonym('w', token);
    if (const auto address = IpAddress::parse(token))
        if (std::ranges::any_of(addresses_, [&](const AddressRange& range) { return range.contains(*address); }))
            return pseudonym('a', address->text());
    const std::size_t colon = token.find(':');  // of a port
    const std::string_view name = token.substr(0, colon);
    if (colon != std::string_view::npos && token.find(':', colon + 1) == std::string_view::npos && !name.empty())
        if (std::string replaced = replace_token(name); replaced != name)
            return replaced + std::string{token.substr(colon)};
    const auto host = Hostname::parse(name.ends_with('.') ? name.substr(0, name.size() - 1) : name);
    if (host && colon == std::string_view::npos)
        for (const rules::HostPattern& pattern : hosts_)
            if (pattern.matches(*host))
                return pseudonym('h', host->text()) + ".redacted";
    return std::string{token};
}

std::string Pseudonyms::replace(std::string_view text) const
{
    std::string out;
    while (!text.empty()) {  // each turn takes an octet or more
        const auto path = std::ranges::find_if(paths_, [&](const std::string& each) {
            return text.starts_with(each) && ends_path_part(text.substr(each.size()));
        });
        if (path != paths_.end()) {
            out += "/" + pseudonym('p', *path);
            text.remove_prefix(path->size());
            continue;
        }
        const auto end = std::ranges::find_if_not(text, is_of_token);
        const auto length = static_cast<std::size_t>(end - text.begin());
        if (length == 0) {
            out += text.front();
            text.remove_prefix(1);
            continue;
        }
        out += replace_token(text.substr(0, length));
        text.remove_prefix(length);
    }
    return out;
}

}  // namespace waybill
