#include "rules/suffix_automaton.h"

#include <utility>

namespace waybill::rules {
namespace {

constexpr std::string_view header = ".DAFSA@PSL_0   \n";
constexpr std::size_t nowhere = 0;                // the header stands there
constexpr std::size_t max_octets = 0xffff'ffffU;  // places are kept in 32 bits

// A node is a run of characters. The last one has the high bit set and is followed by the list of the nodes behind it;
// or a result ends the run.
constexpr unsigned last = 0x80;
constexpr unsigned character_bits = 0x7f;
constexpr bool is_result(unsigned octet)
{
    return (octet & 0xe0U) == 0x80U;
}

// In a list each place is told from the one before, the first from the list's begin, in one to three octets.
constexpr unsigned width_bits = 0x60;
constexpr unsigned two_octets = 0x40;
constexpr unsigned three_octets = 0x60;

SuffixAutomaton::Rule to_rule(unsigned result)
{
    return {.is_exception = (result & 1U) != 0,
            .is_wildcard = (result & 2U) != 0,
            .is_icann = (result & 4U) != 0,
            .is_private = (result & 8U) != 0};
}

}  // namespace

bool SuffixAutomaton::is_begun_by(std::string_view octets)
{
    return octets.starts_with(header) && octets.size() <= max_octets;
}

SuffixAutomaton::SuffixAutomaton(std::string octets) : octets_{std::move(octets)}
{
    each_child(header.size(), [&](std::size_t child) {
        if (!is_result(octet(child)))
            roots_.at(octet(child) & character_bits) = static_cast<std::uint32_t>(child);
        return true;
    });
}

/// Shows the nodes of a list while `see` wants more. It goes forwards through the file, so it ends.
template <class See>
void SuffixAutomaton::each_child(std::size_t list, const See& see) const
{
    std::size_t child = list;
    for (std::size_t at = list; at < octets_.size();) {
        const unsigned lead = octet(at);
        const unsigned form = lead & width_bits;
        const std::size_t width = form == three_octets ? 3 : form == two_octets ? 2 : 1;
        if (octets_.size() - at < width)
            return;
        std::size_t distance = lead & (width == 1 ? 0x3fU : 0x1fU);
        for (std::size_t i = 1; i < width; ++i)
            distance = distance << 8U | octet(at + i);
        child += distance;
        if (child >= octets_.size() || !see(child) || (lead & last) != 0)
            return;
        at += width;
    }
}

std::size_t SuffixAutomaton::find_child(std::size_t list, char first) const
{
    std::size_t found = nowhere;
    each_child(list, [&](std::size_t child) {
        if (!is_result(octet(child)) && (octet(child) & character_bits) == static_cast<unsigned char>(first))
            found = child;
        return found == nowhere;
    });
    return found;
}

std::size_t SuffixAutomaton::find_end(std::size_t list) const
{
    std::size_t found = nowhere;
    each_child(list, [&](std::size_t child) {
        if (is_result(octet(child)))
            found = child;
        return found == nowhere;
    });
    return found;
}

std::optional<SuffixAutomaton::Rule> SuffixAutomaton::find(std::string_view name) const
{
    if (name.empty() || static_cast<unsigned char>(name.front()) >= roots_.size())
        return std::nullopt;
    std::size_t at = roots_.at(static_cast<unsigned char>(name.front()));
    while (at != nowhere && at < octets_.size()) {  // every turn takes a character of the name, or ends
        const unsigned here = octet(at);
        if (name.empty())
            return is_result(here) ? std::optional{to_rule(here)} : std::nullopt;
        if (is_result(here) || (here & character_bits) != static_cast<unsigned char>(name.front()))
            return std::nullopt;
        name.remove_prefix(1);
        ++at;
        if ((here & last) != 0)
            at = name.empty() ? find_end(at) : find_child(at, name.front());
    }
    return std::nullopt;
}

}  // namespace waybill::rules
