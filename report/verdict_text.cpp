#include "report/verdict_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

#include "base/text.h"
#include "report/columns.h"
#include "report/owner_words.h"
#include "report/units.h"
#include "report/words.h"

namespace waybill {
namespace {

constexpr std::size_t columns = 100;

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

class VerdictPage {
public:
    VerdictPage(const Verdict& verdict, const Report& report, VerdictDetail detail)
        : verdict_{verdict}, report_{report}, detail_{detail}
    {
    }

    std::string write()
    {
        line(fmt::format("{}  policy {}, version {}, sha256:{}", printable(verdict_.title), printable(verdict_.policy),
                         verdict_.version, verdict_.digest));
        line(verdict_sentence(verdict_));
        line();
        for (const Group& group : groups())
            if (detail_ != VerdictDetail::findings || !group.front()->undecided.empty() ||
                group.front()->effect != Effect::allow)
                add_contacts(group);
        for (const JudgedLimit& limit : verdict_.limits)
            add_limit(limit);
        add_open();
        add_rest();
        return std::move(text_);
    }

private:
    using Group = std::vector<const JudgedContact*>;

    /// Contacts of one program with one endpoint, of which the policy says the same: a build starts a program often.
    std::vector<Group> groups() const
    {
        std::vector<Group> groups;
        std::map<std::tuple<std::string, std::string, Effect, std::string, std::string, std::vector<std::uint32_t>>,
                 std::size_t>
            places;
        for (const JudgedContact& judged : verdict_.contacts) {
            const Contact& contact = report_.contacts[judged.contact].contact;
            const auto [place, is_new] =
                places.try_emplace({endpoint_text(contact), owner_text(contact.owner, report_.processes), judged.effect,
                                    judged.by.entry, judged.undecided, judged.phases},
                                   groups.size());
            if (is_new)
                groups.emplace_back();
            groups[place->second].push_back(&judged);
        }
        return groups;
    }

    void line(std::string_view text = {}) { text_ += fmt::format("{}\n", text); }

    void add(std::size_t indent, std::string_view text)
    {
        for (const std::string& part : wrapped(text, columns - indent))
            line(std::string(indent, ' ') + part);
    }

    void add_contacts(const Group& group)
    {
        const JudgedContact& judged = *group.front();
        const RatedContact& rated = report_.contacts[judged.contact];
        const Contact& contact = rated.contact;
        const std::string_view word = judged.undecided.empty() ? waybill::text(judged.effect) : "unclear";
        const std::string by = owner_text(contact.owner, report_.processes);
        line(fmt::format("  {:<7} {} · {}{}", word, endpoint_text(contact), purposes_text(rated.rating),
                         by == "-" ? "" : " · by " + by));
        constexpr std::size_t indent = 10;
        if (!judged.name.empty())
            add(indent, fmt::format("as {}, which is also a name of it", printable(judged.name)));
        if (!judged.undecided.empty())
            add(indent, fmt::format("cannot be judged: {}", printable(judged.undecided)));
        add_match(indent, judged.by, judged.undecided.empty() ? "decided by" : "else decided by");
        add(indent, phases_text(judged) + volume_text(group));
        add(indent, packets_text(group));
        if (const std::string cited = cited_text(rated.rating); !cited.empty())
            add(indent, cited);
        if (detail_ == VerdictDetail::explained)
            for (const PolicyMatch& other : judged.others)
                add_match(indent + 2, other, "lost:");
        line();
    }

    void add_match(std::size_t indent, const PolicyMatch& match, std::string_view before)
    {
        std::string text = match.entry.empty() ? fmt::format("{} the policy's default ({}): {}", before,
                                                             waybill::text(match.effect), printable(match.by))
                                               : fmt::format("{} {} ({}): {}", before, printable(match.entry),
                                                             waybill::text(match.effect), printable(match.by));
        if (detail_ == VerdictDetail::explained && !match.closeness.empty())
            text += fmt::format(" [{}]", match.closeness);
        if (!match.remark.empty())
            text += fmt::format("; {}", printable(match.remark));
        if (!match.reason.empty())
            text += fmt::format(" · {}", printable(match.reason));
        add(indent, text);
    }

    std::string phases_text(const JudgedContact& judged) const
    {
        std::string text;
        for (const std::uint32_t phase : judged.phases) {
            const Phase& it = report_.phases[phase].phase;
            const std::string word = it.opening == Phase::Opening::mark           ? printable(it.label)
                                     : it.opening == Phase::Opening::command_exit ? "after-exit"
                                                                                  : "start";
            text += fmt::format("{}{}", text.empty() ? "in phase " : ", ", word);
        }
        return text.empty() ? text : text + " · ";
    }

    const Contact& contact_of(const JudgedContact* judged) const { return report_.contacts[judged->contact].contact; }

    std::string volume_text(const Group& group) const
    {
        std::uint64_t flows = 0;
        std::uint64_t out = 0;
        for (const JudgedContact* const judged : group) {
            const JudgedVolume volume = volume_of(*judged, contact_of(judged));
            flows += volume.flows;
            out += volume.payload_out;
        }
        const bool is_whole = group.front()->phases.empty() ? report_.volumes_are_whole() : report_.phases_are_whole();
        return fmt::format("{} · {}{} of payload out · named by {}", count_text(flows, "flow", "flows"),
                           is_whole ? "at most " : "at least ", size_text(out), named_by(contact_of(group.front())));
    }

    /// Where to look: the first packet, and the numbers of the flows.
    std::string packets_text(const Group& group) const
    {
        const PacketRange& packets = contact_of(group.front()).packets;
        const std::vector<std::string>& files = report_.totals.files;
        const std::string file =
            packets.first_file < files.size() ? printable(files[packets.first_file]) : std::string{"the input"};
        std::uint64_t all = 0;
        std::vector<std::uint64_t> flows;
        for (const JudgedContact* const judged : group) {
            const Contact& contact = contact_of(judged);
            all += contact.flow_count;
            flows.insert(flows.end(), contact.flows.begin(), contact.flows.end());
        }
        flows.resize(std::min(flows.size(), Contact::kept_flows));
        const std::string more = all > flows.size() ? fmt::format(" and {} more", all - flows.size()) : std::string{};
        return fmt::format("from packet {} of {} on; flow{} {}{}", packets.first, file, all == 1 ? "" : "s",
                           fmt::join(flows, ", "), more);
    }

    void add_limit(const JudgedLimit& limit)
    {
        if (!limit.is_broken() && detail_ == VerdictDetail::findings)
            return;
        add(2, fmt::format("{}: {} is {}, at most {} allowed{}{}", limit.is_broken() ? "limit exceeded" : "limit kept",
                           measure_words(limit), measured_text(limit, limit.measured), measured_text(limit, limit.most),
                           limit.reason.empty() ? "" : " · ", printable(limit.reason)));
        add(6, fmt::format("limit {}", printable(limit.id)));
        line();
    }

    void add_open()
    {
        for (const OpenClaim& claim : verdict_.open) {
            add(2, fmt::format("cannot be said  {}", printable(claim.sentence)));
            for (const std::string& reason : claim.reasons)
                add(6, printable(reason));
            for (const Gap& gap : claim.gaps)
                add(6, gap_text(gap));
            line();
        }
        if (verdict_.standing.empty())
            return;
        line("  Limits of this verdict");
        for (const Gap& gap : verdict_.standing)
            add(6, gap_text(gap));
        line();
    }

    static std::string gap_text(const Gap& gap)
    {
        return fmt::format("{} {}{}{} ({})", gap.count, describe(gap.kind).sentence, gap.detail.empty() ? "" : ": ",
                           printable(gap.detail), describe(gap.kind).id);
    }

    void add_rest()
    {
        if (detail_ == VerdictDetail::findings && verdict_.count(Effect::allow) > 0)
            add(2, fmt::format("{} allowed; --all lists {}",
                               count_text(verdict_.count(Effect::allow), "contact is", "contacts are"),
                               verdict_.count(Effect::allow) == 1 ? "it" : "them"));
        add_ids(fmt::format("Expired before {}", verdict_.as_of), verdict_.expired);
        add_ids("Matched nothing here", verdict_.unused);
    }

    void add_ids(std::string_view before, const std::vector<std::string>& ids)
    {
        if (ids.empty())
            return;
        std::string text{before};
        for (std::size_t i = 0; i < ids.size(); ++i)
            text += fmt::format("{} {}", i == 0 ? ":" : ",", printable(ids[i]));
        add(2, text);
    }

    const Verdict& verdict_;
    const Report& report_;
    VerdictDetail detail_;
    std::string text_;
};

}  // namespace

JudgedVolume volume_of(const JudgedContact& judged, const Contact& contact)
{
    if (judged.phases.empty())
        return {contact.flow_count, contact.out.payload_bytes};
    JudgedVolume sum;
    for (const PhaseVolume& volume : contact.phases)
        if (std::ranges::find(judged.phases, volume.phase) != judged.phases.end()) {
            sum.flows += volume.flows;
            sum.payload_out += volume.out.payload_bytes;
        }
    return sum;
}

std::string verdict_sentence(const Verdict& verdict)
{
    const std::string policy = fmt::format("policy {}", printable(verdict.policy));
    const std::size_t violations = verdict.count(Effect::deny) + verdict.broken_limits();
    std::string text = violations == 0
                           ? fmt::format("No finding under {}", policy)
                           : fmt::format("{} of {}", count_text(violations, "violation", "violations"), policy);
    if (verdict.outcome() == Verdict::Outcome::incomplete)
        text = fmt::format("No violation seen, and no verdict under {}: the recording cannot say all that it claims",
                           policy);
    if (const std::size_t reviewed = verdict.count(Effect::review); reviewed > 0)
        text += fmt::format(" · {} to be reviewed", count_text(reviewed, "contact", "contacts"));
    if (const std::size_t undecided = verdict.undecided(); undecided > 0)
        text += fmt::format(" · {} cannot be judged", count_text(undecided, "contact", "contacts"));
    return text;
}

std::string verdict_to_text(const Verdict& verdict, const Report& report, VerdictDetail detail)
{
    return VerdictPage{verdict, report, detail}.write();
}

}  // namespace waybill
