#include "report/diff_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/joined.h"
#include "base/text.h"
#include "report/columns.h"
#include "report/units.h"
#include "report/words.h"

namespace waybill {
namespace {

/// The first ones, and how many more there are.
std::string some_of(const std::vector<std::string>& parts, std::size_t count, Named named)
{
    std::vector<std::string> listed;
    const std::size_t shown = named == Named::all || parts.size() <= count + 1 ? parts.size() : count;
    listed.reserve(shown);
    for (std::size_t i = 0; i < shown; ++i)
        listed.push_back(printable(parts[i]));
    return joined(listed, ", ") + (shown < parts.size() ? fmt::format(" and {} more", parts.size() - shown) : "");
}

std::string_view aspect_words(Aspect aspect)
{
    constexpr std::array<std::string_view, aspect_kinds> words{"bytes out", "bytes in",     "flows",       "by",
                                                               "protocol",  "ALPN offered", "ALPN chosen", "JA4"};
    return words[static_cast<std::size_t>(aspect)];
}

std::string number_text(Aspect aspect, std::uint64_t number)
{
    return aspect == Aspect::flows ? std::to_string(number) : size_text(number);
}

std::string spread_text(Aspect aspect, const Spread& spread)
{
    std::string median = number_text(aspect, spread.median);
    if (spread.least == spread.most)
        return median;
    return fmt::format("{} ({} to {})", median, number_text(aspect, spread.least), number_text(aspect, spread.most));
}

/// What is said of the endpoints whose presence or aspects have the verdict.
std::vector<std::string> sentences_of(const Diff& compared, DiffVerdict verdict)
{
    std::vector<std::string> sentences;
    for (const EndpointDiff& each : compared.endpoints) {
        std::vector<std::string> parts;
        if (each.verdict == verdict &&
            each.seen.before.count + each.seen.after.count < each.seen.before.runs + each.seen.after.runs)
            parts.push_back(presence_text(each.seen) + p_text(each.p));
        for (const AspectDiff& aspect : each.aspects)
            if (aspect.verdict == verdict)
                parts.push_back(aspect_text(aspect));
        if (!parts.empty())
            sentences.push_back(diff_endpoint_text(each.endpoint) + ": " + joined(parts, "; "));
    }
    return sentences;
}

std::string gap_sentence(const SideGap& gap, const DiffSide& side)
{
    std::string text = gap_text({gap.kind, gap.count, joined(gap.details, "; ")});
    if (gap.runs < side.runs())
        text += fmt::format(", in {} of {} runs", gap.runs, side.runs());
    return text + "; limits " + std::string{describe(gap.kind).limits};
}

bool is_limiting_absence(const SideGap& gap)
{
    return affects(gap.kind, Claim::absence);
}

}  // namespace

std::string diff_endpoint_text(const DiffEndpoint& endpoint)
{
    const bool is_v6 = endpoint.kind == DiffEndpoint::Kind::address && endpoint.name.contains(':');
    std::string text = is_v6 ? "[" + endpoint.name + "]" : printable(endpoint.name);
    if (endpoint.transport == Transport::tcp || endpoint.transport == Transport::udp ||
        endpoint.transport == Transport::sctp)
        text += endpoint.port == Port{} ? ":any port" : fmt::format(":{}", number(endpoint.port));
    if (endpoint.transport != Transport::tcp)
        text += fmt::format("/{}", waybill::text(endpoint.transport));
    return text;
}

std::string side_text(const DiffSide& side, Named named)
{
    constexpr std::size_t command_columns = 48;
    constexpr std::size_t few_cases = 2;
    std::vector<std::string> commands;
    commands.reserve(side.commands.size());
    for (const auto& command : side.commands)
        commands.push_back(named == Named::all ? command_text(command)
                                               : shortened(command_text(command), command_columns));
    std::vector<std::string> modes;
    modes.reserve(side.modes.size());
    for (const NetworkMode mode : side.modes)
        modes.emplace_back(waybill::text(mode));
    return fmt::format("{} · {} · {} · {}", commands.empty() ? "-" : some_of(commands, 1, named),
                       count_text(side.runs(), "run", "runs"), joined(modes, ", "),
                       some_of(side.cases, few_cases, named));
}

std::string diff_summary(const Diff& compared)
{
    std::vector<std::string> parts;
    const auto add = [&](std::size_t count, std::string_view one, std::string_view many) {
        if (count > 0)
            parts.push_back(count_text(count, one, many));
    };
    add(compared.count_purposes(DiffVerdict::appeared), "new purpose", "new purposes");
    add(compared.count(DiffVerdict::appeared), "new endpoint", "new endpoints");
    add(compared.count_purposes(DiffVerdict::gone), "purpose gone", "purposes gone");
    add(compared.count(DiffVerdict::gone), "endpoint gone", "endpoints gone");
    add(compared.count(DiffVerdict::changed), "endpoint changed", "endpoints changed");
    std::string text = parts.empty() ? "No difference" : joined(parts, ", ");
    if (compared.same > 0)
        text += fmt::format(" · {} as before", count_text(compared.same, "endpoint", "endpoints"));
    if (const std::size_t varying = compared.count(DiffVerdict::varies); varying > 0)
        text += fmt::format(" · {} more {} from run to run", varying, varying == 1 ? "varies" : "vary");
    if (const std::size_t open = compared.count(DiffVerdict::undecided); open > 0)
        text += fmt::format(" · {} left open by too few runs", open);
    return text;
}

std::string seen_text(const SeenIn& seen)
{
    return fmt::format("{} of {}", seen.count, seen.runs);
}

std::string presence_text(const BeforeAfter<SeenIn>& seen)
{
    return fmt::format("in {} of {}, before in {}", seen.after.count, count_text(seen.after.runs, "run", "runs"),
                       seen_text(seen.before));
}

std::string p_text(std::optional<double> p)
{
    if (!p)
        return {};
    return *p < 0.001 ? ", p below 0.001" : fmt::format(", p {:.3f}", *p);
}

std::string aspect_text(const AspectDiff& aspect)
{
    const std::string_view words = aspect_words(aspect.aspect);
    if (aspect.value.empty())
        return fmt::format("{} {} → {}{}", words, spread_text(aspect.aspect, aspect.numbers.before),
                           spread_text(aspect.aspect, aspect.numbers.after), p_text(aspect.p));
    const std::string_view how = aspect.verdict == DiffVerdict::appeared ? "now "
                                 : aspect.verdict == DiffVerdict::gone   ? "no longer "
                                                                         : "";
    const std::string text = fmt::format("{}{} {}", how, words, printable(aspect.value));
    const bool is_whole = aspect.seen.before.runs == 1 && aspect.seen.after.runs == 1;
    return is_whole ? text : text + ", " + presence_text(aspect.seen) + p_text(aspect.p);
}

std::vector<std::string> variation_sentences(const Diff& compared)
{
    return sentences_of(compared, DiffVerdict::varies);
}

std::vector<std::string> undecided_sentences(const Diff& compared)
{
    return sentences_of(compared, DiffVerdict::undecided);
}

std::vector<std::string> noise_sentences(const Diff& compared)
{
    std::vector<std::string> sentences;
    if (compared.has_one_run_a_side()) {
        sentences.emplace_back(
            "One run a side: what differs from run to run cannot be told from a change. Repeat the runs and name "
            "several cases a side.");
        if (compared.comparison == Comparison::everything)
            sentences.push_back(fmt::format(
                "Bytes count as changed when they differ by more than {} and are more than {} times as many, flows "
                "when they differ by more than {} and are more than {} times as many.",
                size_text(Diff::bytes_without_test.difference), Diff::bytes_without_test.factor,
                Diff::flows_without_test.difference, Diff::flows_without_test.factor));
    } else {
        sentences.push_back(
            compared.can_test
                ? fmt::format(
                      "A difference is what every run of one side has and none of the other, or what exact tests "
                      "show at {}, corrected for {}.",
                      Diff::level, count_text(compared.tests, "test", "tests"))
                : "A difference is what every run of one side has and none of the other. So few runs a side can show "
                  "nothing else: changes of bytes and flows are left open.");
    }
    if (compared.comparison == Comparison::endpoints_only)
        sentences.emplace_back(
            "Endpoints only: a run in the sinkhole reaches nobody, so its bytes, flows and what is spoken are not "
            "compared with those of a real network; and resolvers and other addresses are the network's.");
    return sentences;
}

std::string circumstance_text(const Circumstance& circumstance, Named named)
{
    constexpr std::size_t few = 3;
    const auto values = [&](const std::vector<std::string>& all) {
        return all.empty() ? "-" : some_of(all, few, named);
    };
    return fmt::format("{}: {} → {}", printable(circumstance.name), values(circumstance.values.before),
                       values(circumstance.values.after));
}

bool limits_absence(const DiffSide& side)
{
    return std::ranges::any_of(side.gaps, is_limiting_absence);
}

std::vector<std::string> side_gap_sentences(const Diff& compared)
{
    const DiffSide& before = compared.sides.before;
    const DiffSide& after = compared.sides.after;
    std::vector<std::string> sentences;
    if (limits_absence(before) || limits_absence(after))
        sentences.push_back(
            fmt::format("{} as far as that was recorded: what is new may have been contacted before, and what is gone "
                        "after, without being seen",
                        absence_mark));
    const bool alike = before.gaps == after.gaps && before.runs() == after.runs();
    const auto tell = [&](const DiffSide& side, std::string_view name) {
        for (const SideGap& gap : side.gaps)
            sentences.push_back(fmt::format("{}: {}", name, gap_sentence(gap, side)));
    };
    tell(before, alike ? "before and after" : "before");
    if (!alike)
        tell(after, "after");
    return sentences;
}

}  // namespace waybill
