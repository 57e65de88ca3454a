#include "report/verdict_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/columns.h"
#include "report/units.h"
#include "report/verdict_words.h"

namespace waybill {
namespace {

constexpr std::size_t columns = 100;

class VerdictPage {
public:
    VerdictPage(const Verdict& verdict, const Report& report, VerdictDetail detail)
        : verdict_{verdict}, report_{report}, detail_{detail}
    {
    }

    std::string write()
    {
        line(policy_identity(verdict_));
        line(verdict_sentence(verdict_));
        line();
        for (const JudgedGroup& group : judged_groups(verdict_, report_, detail_))
            add_contacts(judged_words(group, report_, detail_));
        for (const JudgedLimit& limit : verdict_.limits)
            add_limit(limit);
        add_open();
        add_rest();
        return std::move(text_);
    }

private:
    void line(std::string_view text = {}) { text_ += fmt::format("{}\n", text); }

    void add(std::size_t indent, std::string_view text)
    {
        for (const std::string& part : wrapped(text, columns - indent))
            line(std::string(indent, ' ') + part);
    }

    void add_contacts(const JudgedWords& words)
    {
        line(fmt::format("  {:<7} {} · {}{}", words.effect, words.endpoint, words.purposes,
                         words.by == "-" ? "" : " · by " + words.by));
        constexpr std::size_t indent = 10;
        for (const std::string& each : words.lines)
            add(indent, each);
        for (const std::string& each : words.lost)
            add(indent + 2, each);
        line();
    }

    void add_limit(const JudgedLimit& limit)
    {
        if (!limit.is_broken() && detail_ == VerdictDetail::findings)
            return;
        add(2, limit_sentence(limit));
        add(6, fmt::format("limit {}", printable(limit.id)));
        line();
    }

    void add_open()
    {
        for (const OpenClaim& claim : verdict_.open) {
            const OpenWords words = open_words(claim);
            add(2, "cannot be said  " + words.claim);
            for (const std::string& reason : words.reasons)
                add(6, reason);
            line();
        }
        if (verdict_.standing.empty())
            return;
        line("  Limits of this verdict");
        for (const Gap& gap : verdict_.standing)
            add(6, judged_gap_text(gap));
        line();
    }

    void add_rest()
    {
        if (detail_ == VerdictDetail::findings && verdict_.count(Effect::allow) > 0)
            add(2, fmt::format("{} allowed; --all lists {}",
                               count_text(verdict_.count(Effect::allow), "contact is", "contacts are"),
                               verdict_.count(Effect::allow) == 1 ? "it" : "them"));
        for (const std::string& sentence : idle_entries(verdict_))
            add(2, sentence);
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
