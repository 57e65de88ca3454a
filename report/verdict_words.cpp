#include "report/verdict_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.h"
#include "report/owner_words.h"
#include "report/units.h"
#include "report/words.h"

namespace waybill {
namespace {

std::string purposes_text(const Rating& rating)
{
    if (!rating.is_cited())
        return "no cited purpose";
    std::string text;
    for (const Purpose purpose : rating.purposes)
        text += fmt::format("{}{}", text.empty() ? "" : ", ", waybill::text(purpose));
    return text;
}

/// Who says what the endpoint is for.
std::string cited_text(const Rating& rating)
{
    return rating.rule.empty() ? std::string{} : fmt::format("{}: {}", printable(rating.rule), footnote(rating));
}

std::string measured_text(const JudgedLimit& limit, double value)
{
    switch (limit.unit) {
        case JudgedLimit::Unit::octets:
            return size_text(static_cast<std::uint64_t>(value));
        case JudgedLimit::Unit::share:
            return fmt::format("{:.1f} %", value * 100);
        case JudgedLimit::Unit::count:
            break;
    }
    return fmt::format("{:.0f}", value);
}

std::string measure_words(const JudgedLimit& limit)
{
    std::string words = limit.measure;
    for (char& character : words)
        character = character == '-' ? ' ' : character;
    return limit.selected.empty() ? words : fmt::format("{} ({})", words, printable(limit.selected));
}

const Contact& contact_of(const Report& report, const JudgedContact* judged)
{
    return report.contacts[judged->contact].contact;
}

std::string match_text(const PolicyMatch& match, std::string_view before, VerdictDetail detail)
{
    std::string text = match.entry.empty() ? fmt::format("{} the policy's default ({}): {}", before,
                                                         waybill::text(match.effect), printable(match.by))
                                           : fmt::format("{} {} ({}): {}", before, printable(match.entry),
                                                         waybill::text(match.effect), printable(match.by));
    if (detail == VerdictDetail::explained && !match.closeness.empty())
        text += fmt::format(" [{}]", match.closeness);
    if (!match.remark.empty())
        text += fmt::format("; {}", printable(match.remark));
    if (!match.reason.empty())
        text += fmt::format(" · {}", printable(match.reason));
    return text;
}

std::string phases_text(const JudgedContact& judged, const Report& report)
{
    std::string text;
    for (const std::uint32_t phase : judged.phases) {
        const Phase& it = report.phases[phase].phase;
        const std::string word = it.opening == Phase::Opening::mark           ? printable(it.label)
                                 : it.opening == Phase::Opening::command_exit ? "after-exit"
                                                                              : "start";
        text += fmt::format("{}{}", text.empty() ? "in phase " : ", ", word);
    }
    return text.empty() ? text : text + " · ";
}

std::string volume_text(const JudgedGroup& group, const Report& report)
{
    std::uint64_t flows = 0;
    std::uint64_t out = 0;
    for (const JudgedContact* const judged : group) {
        const JudgedVolume volume = volume_of(*judged, contact_of(report, judged));
        flows += volume.flows;
        out += volume.payload_out;
    }
    const bool is_whole = group.front()->phases.empty() ? report.volumes_are_whole() : report.phases_are_whole();
    return fmt::format("{} · {}{} of payload out · named by {}", count_text(flows, "flow", "flows"),
                       is_whole ? "at most " : "at least ", size_text(out),
                       named_by(contact_of(report, group.front())));
}

/// Where to look: the first packet, and the numbers of the flows.
std::string packets_text(const JudgedGroup& group, const Report& report)
{
    const PacketRange& packets = contact_of(report, group.front()).packets;
    const std::vector<std::string>& files = report.totals.files;
    const std::string file =
        packets.first_file < files.size() ? printable(files[packets.first_file]) : std::string{"the input"};
    std::uint64_t all = 0;
    std::vector<std::uint64_t> flows;
    for (const JudgedContact* const judged : group) {
        const Contact& contact = contact_of(report, judged);
        all += contact.flow_count;
        flows.insert(flows.end(), contact.flows.begin(), contact.flows.end());
    }
    flows.resize(std::min(flows.size(), Contact::kept_flows));
    const std::string more = all > flows.size() ? fmt::format(" and {} more", all - flows.size()) : std::string{};
    return fmt::format("from packet {} of {} on; flow{} {}{}", packets.first, file, all == 1 ? "" : "s",
                       fmt::join(flows, ", "), more);
}

bool is_finding(const JudgedContact& judged)
{
    return !judged.undecided.empty() || judged.effect != Effect::allow;
}

std::string ids_text(std::string_view before, const std::vector<std::string>& ids)
{
    std::string text{before};
    for (std::size_t i = 0; i < ids.size(); ++i)
        text += fmt::format("{} {}", i == 0 ? ":" : ",", printable(ids[i]));
    return text;
}

}  // namespace

std::vector<JudgedGroup> judged_groups(const Verdict& verdict, const Report& report, VerdictDetail detail)
{
    std::vector<JudgedGroup> groups;
    std::map<std::tuple<std::string, std::string, Effect, std::string, std::string, std::vector<std::uint32_t>>,
             std::size_t>
        places;
    for (const JudgedContact& judged : verdict.contacts) {
        if (detail == VerdictDetail::findings && !is_finding(judged))
            continue;
        const Contact& contact = report.contacts[judged.contact].contact;
        const auto [place, is_new] =
            places.try_emplace({endpoint_text(contact), owner_text(contact.owner, report.processes), judged.effect,
                                judged.by.entry, judged.undecided, judged.phases},
                               groups.size());
        if (is_new)
            groups.emplace_back();
        groups[place->second].push_back(&judged);
    }
    return groups;
}

JudgedWords judged_words(const JudgedGroup& group, const Report& report, VerdictDetail detail)
{
    const JudgedContact& judged = *group.front();
    const RatedContact& rated = report.contacts[judged.contact];
    JudgedWords words;
    words.effect = judged.undecided.empty() ? waybill::text(judged.effect) : "unclear";
    words.endpoint = endpoint_text(rated.contact);
    words.purposes = purposes_text(rated.rating);
    words.by = owner_text(rated.contact.owner, report.processes);
    if (!judged.name.empty())
        words.lines.push_back(fmt::format("as {}, which is also a name of it", printable(judged.name)));
    if (!judged.undecided.empty())
        words.lines.push_back(fmt::format("cannot be judged: {}", printable(judged.undecided)));
    words.lines.push_back(match_text(judged.by, judged.undecided.empty() ? "decided by" : "else decided by", detail));
    words.lines.push_back(phases_text(judged, report) + volume_text(group, report));
    words.lines.push_back(packets_text(group, report));
    if (std::string cited = cited_text(rated.rating); !cited.empty())
        words.lines.push_back(std::move(cited));
    if (detail == VerdictDetail::explained)
        for (const PolicyMatch& other : judged.others)
            words.lost.push_back(match_text(other, "lost:", detail));
    return words;
}

std::string limit_sentence(const JudgedLimit& limit)
{
    return fmt::format("{}: {} is {}, at most {} allowed{}{}", limit.is_broken() ? "limit exceeded" : "limit kept",
                       measure_words(limit), measured_text(limit, limit.measured), measured_text(limit, limit.most),
                       limit.reason.empty() ? "" : " · ", printable(limit.reason));
}

std::string judged_gap_text(const Gap& gap)
{
    return fmt::format("{} {}{}{} ({})", gap.count, describe(gap.kind).sentence, gap.detail.empty() ? "" : ": ",
                       printable(gap.detail), describe(gap.kind).id);
}

OpenWords open_words(const OpenClaim& claim)
{
    OpenWords words{printable(claim.sentence), {}};
    for (const std::string& reason : claim.reasons)
        words.reasons.push_back(printable(reason));
    for (const Gap& gap : claim.gaps)
        words.reasons.push_back(judged_gap_text(gap));
    return words;
}

std::vector<std::string> idle_entries(const Verdict& verdict)
{
    std::vector<std::string> sentences;
    if (!verdict.expired.empty())
        sentences.push_back(ids_text(fmt::format("Expired before {}", verdict.as_of), verdict.expired));
    if (!verdict.unused.empty())
        sentences.push_back(ids_text("Matched nothing here", verdict.unused));
    return sentences;
}

std::string policy_identity(const Verdict& verdict)
{
    return fmt::format("{}  policy {}, version {}, sha256:{}", printable(verdict.title), printable(verdict.policy),
                       verdict.version, verdict.digest);
}

}  // namespace waybill
