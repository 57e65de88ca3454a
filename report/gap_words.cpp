// What could not be seen, in words (declared in report/words.h).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.h"
#include "report/words.h"

namespace waybill {
namespace {

/// Kinds that belong to how the run was made, not to something that happened in it: they have no count.
constexpr std::array kinds_of_the_mode{GapKind::attempts_only, GapKind::files_unprotected, GapKind::no_setuid,
                                       GapKind::mode_limits};

bool is_of_the_mode(GapKind kind)
{
    return std::ranges::find(kinds_of_the_mode, kind) != kinds_of_the_mode.end();
}

bool limits_a_claim(const Gap& gap)
{
    return std::ranges::any_of(describe(gap.kind).affects, [](bool affected) { return affected; });
}

struct Singular {
    std::string_view many;
    std::string_view one;
};
/// The words of the gaps' sentences that change behind a count of one; each sentence has one of the nouns as its head.
constexpr std::array nouns{Singular{"packets", "packet"},     Singular{"places", "place"},
                           Singular{"blocks", "block"},       Singular{"secrets", "secret"},
                           Singular{"frames", "frame"},       Singular{"headers", "header"},
                           Singular{"datagrams", "datagram"}, Singular{"fragments", "fragment"},
                           Singular{"flows", "flow"},         Singular{"stretches", "stretch"},
                           Singular{"segments", "segment"},   Singular{"hellos", "hello"},
                           Singular{"messages", "message"},   Singular{"connections", "connection"},
                           Singular{"heads", "head"},         Singular{"names", "name"},
                           Singular{"answers", "answer"},     Singular{"comments", "comment"},
                           Singular{"requests", "request"},   Singular{"processes or sockets", "process or socket"},
                           Singular{"processes", "process"},  Singular{"variables and sockets", "variable or socket"},
                           Singular{"sockets", "socket"},     Singular{"octets", "octet"},
                           Singular{"uplinks", "uplink"},     Singular{"times", "time"}};
constexpr std::array verbs{Singular{" were lost", " was lost"}, Singular{" that break their ", " that breaks its "},
                           Singular{" that say ", " that says "}, Singular{" that share ", " that shares "}};

std::string with_singular(std::string sentence)
{
    const Singular* head = nullptr;
    std::size_t at = std::string::npos;
    for (const Singular& noun : nouns)
        if (const std::size_t found = sentence.find(noun.many); found < at) {
            at = found;
            head = &noun;
        }
    if (head != nullptr)
        sentence.replace(at, head->many.size(), head->one);
    for (const Singular& verb : verbs)
        if (const std::size_t found = sentence.find(verb.many); found != std::string::npos)
            sentence.replace(found, verb.many.size(), verb.one);
    return sentence;
}

/// In the order in which a report tells them.
enum class Rank : std::uint8_t { lost_input, happened, of_the_mode };
constexpr std::array ranks{Rank::lost_input, Rank::happened, Rank::of_the_mode};

Rank rank(const Gap& gap)
{
    if (is_of_the_mode(gap.kind))
        return Rank::of_the_mode;
    return describe(gap.kind).lost_input ? Rank::lost_input : Rank::happened;
}

}  // namespace

std::string gap_text(const Gap& gap)
{
    const GapText& kind = describe(gap.kind);
    std::string detail = printable(gap.detail);
    if (gap.kind == GapKind::mode_limits && !detail.empty())
        return detail;
    std::string text{kind.sentence};
    if (!is_of_the_mode(gap.kind))
        text = fmt::format("{} {}", gap.count, gap.count == 1 ? with_singular(std::move(text)) : text);
    return detail.empty() ? text : fmt::format("{} ({})", text, detail);
}

std::vector<std::string> gap_sentences(const std::vector<Gap>& gaps)
{
    std::vector<std::string> sentences;
    for (const Rank wanted : ranks)
        for (const Gap& gap : gaps)
            if (limits_a_claim(gap) && rank(gap) == wanted)
                sentences.push_back(fmt::format("{}; limits {}", gap_text(gap), describe(gap.kind).limits));
    std::string others;
    for (const Gap& gap : gaps)
        if (!limits_a_claim(gap))
            others += (others.empty() ? "" : "; ") + gap_text(gap);
    if (sentences.empty())
        sentences.emplace_back("nothing, as far as is known");
    if (!others.empty())
        sentences.push_back("without effect on what is said here: " + others);
    return sentences;
}

}  // namespace waybill
