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
        const unsigned here = octet(child);
        if (is_result(here))
            return true;
        first_.at(character(here & character_bits)) = static_cast<std::uint32_t>(child);
        const auto add = [&](std::size_t place) {
            add_second(here & character_bits, place);
            return true;
        };
        if ((here & last) != 0)
            each_child(child + 1, add);
        else if (child + 1 < octets_.size())
            add(child + 1);
        return true;
    });
}

void SuffixAutomaton::add_second(unsigned first, std::size_t place)
{
    if (!is_result(octet(place)))
        second_.at(character(first) * characters + character(octet(place) & character_bits)) =
            static_cast<std::uint32_t>(place);
}

/// A small number for each character that a name can have; 0 for all others.
std::size_t SuffixAutomaton::character(unsigned octet)
{
    if (octet >= 'a' && octet <= 'z')
        return octet - 'a' + 1;
    if (octet >= '0' && octet <= '9')
        return octet - '0' + 27;
    return octet == '-' ? 37 : octet == '.' ? 38 : octet == '_' ? 39 : 0;
}

/// Shows the nodes of a list while `see` wants more. It goes forwards through the file, so it ends.
template <class See>
void SuffixAutomaton::each_child(std::size_t list, const See& see) const
{
    const std::size_t size = octets_.size();
    std::size_t child = list;
    for (std::size_t at = list; at < size;) {
        const unsigned lead = octet(at++);
        if ((lead & two_octets) == 0) {  // most
            child += lead & 0x3fU;
        } else {
            std::size_t distance = lead & 0x1fU;
            for (unsigned rest = (lead & width_bits) == three_octets ? 2 : 1; rest > 0; --rest) {
                if (at == size)
                    return;
                distance = distance << 8U | octet(at++);
            }
            child += distance;
        }
        if (child >= size || !see(child) || (lead & last) != 0)
            return;
    }
}

std::size_t SuffixAutomaton::find_child(std::size_t list, char first) const
{
    std::size_t found = nowhere;
    each_child(list, [&](std::size_t child) {  // a result never looks like a character
        if ((octet(child) & character_bits) == static_cast<unsigned char>(first))
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
    if (name.empty())
        return std::nullopt;
    const std::size_t first = character(static_cast<unsigned char>(name.front()));
    std::size_t at = first_.at(first);
    if (name.size() > 1) {
        at = second_.at(first * characters + character(static_cast<unsigned char>(name[1])));
        name.remove_prefix(1);
    }
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
