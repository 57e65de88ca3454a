#include "report/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/joined.h"
#include "base/text.h"
#include "report/units.h"

namespace waybill {
namespace {

bool is_sinkhole(const Report& report)
{
    return report.run && report.run->mode == NetworkMode::sinkhole;
}

std::string quoted(const std::string& word)
{
    const auto is_plain = [](char character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
               (character >= '0' && character <= '9') || std::string_view{"@%+=:,./_-"}.contains(character);
    };
    if (!word.empty() && std::ranges::all_of(word, is_plain))
        return word;
    std::string quoted = "'";
    for (const char character : word)
        quoted += character == '\'' ? "'\\''" : std::string(1, character);
    return quoted + "'";
}

std::string_view human(NameSource source)
{
    switch (source) {
        using enum NameSource;
        case tls_sni:
            return "SNI";
        case quic_sni:
            return "QUIC SNI";
        case dtls_sni:
            return "DTLS SNI";
        case http_host:
            return "Host";
        case http2_authority:
            return "HTTP/2 authority";
        case proxy_connect:
            return "CONNECT";
        case socks:
            return "SOCKS";
        case dns_answer:
            return "DNS";
    }
    return "-";
}

/// The sources of the name, DNS at the end.
std::vector<std::string> sources_of(const Contact& contact)
{
    std::vector<std::string> sources;
    for (const NameSource source : contact.name_sources)
        if (source != NameSource::dns_answer)
            sources.emplace_back(human(source));
    if (contact.resolution == Resolution::answered ||
        std::ranges::find(contact.name_sources, NameSource::dns_answer) != contact.name_sources.end())
        sources.emplace_back(human(NameSource::dns_answer));
    return sources;
}

std::vector<std::string> name_facts(const Contact& contact)
{
    const bool was_asked = contact.resolution != Resolution::not_asked;
    if (contact.endpoint.host) {
        auto facts = sources_of(contact);
        if (!was_asked)
            facts.emplace_back("no DNS");
        return facts;
    }
    if (!contact.via.empty() && contact.via.front().proxy.address != contact.endpoint.address)
        return {"address asked of a proxy"};
    if (!contact.candidates.empty())
        return {fmt::format("one of {}{} names", contact.candidates.size(),
                            contact.candidates.size() < Contact::kept_names ? "" : " or more")};
    if (!was_asked)
        return {"address", "no DNS"};
    return {contact.resolution == Resolution::local      ? "local address"
            : contact.resolution == Resolution::resolver ? "resolver"
                                                         : "address"};
}

/// Whether a contact's flows begin at even intervals, as far as they were kept: then the median tells them.
bool is_periodic(const Contact& contact)
{
    constexpr std::uint64_t few = 5;
    const auto& intervals = contact.intervals;
    return contact.flow_count >= few && intervals && intervals->median >= std::chrono::seconds{1} &&
           intervals->longest - intervals->shortest < intervals->median / 10;
}

}  // namespace

std::string command_text(const std::vector<std::string>& command)
{
    std::vector<std::string> words;
    words.reserve(command.size());
    for (const std::string& word : command)
        words.push_back(quoted(word));
    return printable(joined(words, " "));
}

std::string circumstances(const Report& report)
{
    if (report.run && report.run->mode == NetworkMode::interface)
        return fmt::format("capture · {} · {}", count_text(report.totals.packets, "packet", "packets"),
                           duration_text(report.run->ended - report.run->started));
    if (report.run) {
        const Run& run = *report.run;
        std::string end = run.exit.signal != 0 ? fmt::format("ended by signal {}", run.exit.signal)
                                               : fmt::format("exit {}", run.exit.code);
        if (run.timed_out)
            end += ", for its time was over";
        return fmt::format("{} · {} · {}", end, duration_text(run.ended - run.started),
                           is_sinkhole(report) ? "sinkhole: attempts only" : text(run.mode));
    }
    const ReportTotals& totals = report.totals;
    std::string text = "capture · " + count_text(totals.packets, "packet", "packets");
    if (totals.first && totals.last)
        text += " · " + duration_text(*totals.last - *totals.first);
    return text;
}

std::string summary_sentence(const Report& report)
{
    std::string text = is_sinkhole(report) ? "Attempted to contact " : "Contacted ";
    text += report.contacts.empty() ? "no endpoint" : count_text(report.endpoints(), "endpoint", "endpoints");
    if (!report.contacts.empty())
        text +=
            fmt::format(", {} without a cited purpose · {} {} of payload {}",
                        report.uncited() == 0 ? "none" : std::to_string(report.uncited()),
                        report.volumes_are_whole() ? "at most" : "at least", size_text(report.payload_out_at_most()),
                        is_sinkhole(report) ? "would have left" : "went out");
    return text + (report.lost_input() ? " · input was lost, see Not seen" : " · nothing lost");
}

std::string failure_note(const Report& report)
{
    if (!is_sinkhole(report) || report.contacts.empty() || report.run->exit.code == 0 || report.run->exit.signal != 0)
        return {};
    return fmt::format("exit {}: in the sinkhole connections are meant to fail, so a failing command is expected.",
                       report.run->exit.code);
}

std::string recipe_note(const Report& report)
{
    if (!report.run || !report.run->recipe)
        return {};
    const RecipeRun& recipe = *report.run->recipe;
    std::string note = fmt::format("recipe: {}", printable(recipe.name));
    if (!recipe.account.empty())
        note += fmt::format(" · account, as declared: {}", printable(recipe.account));
    if (!recipe.failure.empty())
        return fmt::format("{} · FAILED at {}", note, printable(recipe.failure));
    if (!recipe.steps.empty())
        note += fmt::format(" · {} of {} steps done",
                            std::ranges::count(recipe.steps, StepOutcome::End::done, &StepOutcome::end),
                            recipe.steps.size());
    return note;
}

std::string hand_over_note(const Report& report)
{
    if (!report.hand_over)
        return {};
    const OutsideRequest& to = report.hand_over->to;
    const std::string who = to.listener.empty() ? "a process" : printable(to.listener);
    const std::string number = to.listener_pid == 0 ? "" : fmt::format(" (pid {})", to.listener_pid);
    const std::string where = printable(to.place);
    if (report.hand_over->kind == HandOver::Kind::same_program)
        return fmt::format(
            "HANDED OVER: the command spoke with an instance of its own program that was running before, {}{}, by {}. "
            "What that one contacts on its behalf is not in this report. End it first, or give the command a profile "
            "or data folder of its own.",
            who, number, where);
    return fmt::format(
        "HANDED OVER? The command contacted nobody itself, and spoke with {}{} outside of this recording, by {}. What "
        "that one contacts on its behalf is not in this report.",
        who, number, where);
}

std::vector<std::string> no_contact_sentences(const Report& report)
{
    const ReportTotals& totals = report.totals;
    std::vector<std::string> sentences;
    if (report.run)
        sentences.push_back(fmt::format("No contact was {} in the {} of this {}, as far as it could be recorded.",
                                        is_sinkhole(report) ? "attempted" : "made",
                                        duration_text(report.run->ended - report.run->started),
                                        report.run->mode == NetworkMode::interface ? "capture" : "run"));
    else
        sentences.emplace_back(totals.packets == 0 ? "This capture holds no packet."
                                                   : "No contact is in this capture.");
    std::vector<std::string> interfaces;
    if (report.run)
        for (const InterfaceRecord& record : report.run->interfaces)
            interfaces.push_back(printable(record.name));
    sentences.push_back(fmt::format(
        "Recorded: {}{}, {}, {}; {}.", count_text(totals.packets, "packet", "packets"),
        interfaces.empty() ? "" : " on " + joined(interfaces, ", "), count_text(totals.flows, "flow", "flows"),
        count_text(totals.dns_messages, "DNS message", "DNS messages"),
        totals.dropped == 0 ? "none known to be dropped" : fmt::format("{} dropped", totals.dropped)));
    if (report.run && report.run->mode == NetworkMode::host && !report.hand_over)
        sentences.emplace_back(
            "A command that only hands its work to a process which ran before it, as browsers, editors "
            "and clients of daemons can do, contacts nobody itself.");
    if (report.lost_input())
        sentences.emplace_back("Input was lost: that none was seen does not say that there was none.");
    return sentences;
}

std::string endpoint_text(const Contact& contact)
{
    const Endpoint& endpoint = contact.endpoint;
    std::string text = endpoint.host              ? printable(*endpoint.host)
                       : endpoint.address.is_v6() ? "[" + endpoint.address.text() + "]"
                                                  : endpoint.address.text();
    if (endpoint.transport == Transport::tcp || endpoint.transport == Transport::udp ||
        endpoint.transport == Transport::sctp)
        text += fmt::format(":{}", number(endpoint.port));
    if (endpoint.transport != Transport::tcp)
        text += fmt::format("/{}", waybill::text(endpoint.transport));
    return text;
}

std::string named_by(const Contact& contact)
{
    auto facts = name_facts(contact);
    if (contact.outer_name_only > 0 && contact.outer_name_only < contact.flow_count)
        facts.push_back(fmt::format("outer name only in {} of {} flows", contact.outer_name_only, contact.flow_count));
    else if (contact.outer_name_only > 0)
        facts.emplace_back("outer name only");
    if (contact.tunnelled)
        facts.emplace_back("in a tunnel");
    if (is_periodic(contact))
        facts.push_back("every " + duration_text(contact.intervals->median));
    return joined(facts, ", ");
}

std::string rhythm_text(const Contact& contact)
{
    if (!is_periodic(contact))
        return {};
    const Intervals& intervals = *contact.intervals;
    return fmt::format("every {}, varying by {}", duration_text(intervals.median),
                       duration_text(intervals.longest - intervals.shortest));
}

std::vector<std::string> legend(const Report& report, Volumes shown)
{
    std::vector<std::string> lines;
    lines.emplace_back(
        is_sinkhole(report) ? "OUT counts IP packets with their headers. What the sinkhole answered is not shown."
        : shown == Volumes::out_and_in ? "OUT and IN count IP packets with their headers."
                                       : "OUT counts IP packets with their headers; --all shows what came in, too.");
    const auto has = [&](auto&& property) {
        return std::ranges::any_of(report.contacts, [&](const RatedContact& rated) { return property(rated.contact); });
    };
    if (has([](const Contact& contact) {
            return contact.resolution == Resolution::not_asked && contact.candidates.empty();
        }))
        lines.emplace_back(is_sinkhole(report) ? "no DNS: the address was used without a DNS question that gave it."
                                               : "no DNS: no DNS answer that was recorded gave the address.");
    if (has([](const Contact& contact) { return contact.outer_name_only > 0; }))
        lines.emplace_back("outer name only: the name that is meant can be another one, inside the encrypted hello.");
    if (has([](const Contact& contact) { return contact.tunnelled; }))
        lines.emplace_back("in a tunnel: its bytes are also part of those of the tunnel.");
    return lines;
}

std::string superscript(std::size_t number)
{
    constexpr std::array<std::string_view, 10> digits{"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    std::string text;
    for (const char digit : std::to_string(number))
        text += digits[static_cast<std::size_t>(digit - '0')];
    return text;
}

std::string age_text(int days)
{
    if (days == 0)
        return {};
    if (days < 0)
        return ", after the recording";
    return ", " + count_text(static_cast<std::uint64_t>(days), "day", "days") + " old";
}

std::string footnote(const Rating& rating)
{
    std::string text = printable(rating.vendor);
    if (!rating.sources.empty()) {
        const RatingSource& source = rating.sources.front();
        text +=
            fmt::format("{}{}, read {}{}{}", text.empty() ? "" : "; ", printable(source.grade), printable(source.read),
                        age_text(source.age_days), source.read_via.empty() ? "" : " (in a mirror of the page)");
        if (rating.sources.size() > 1)
            text += ", and " + count_text(rating.sources.size() - 1, "more source", "more sources");
    }
    if (!rating.overrides.empty())
        text += fmt::format("; a rule of your own, in place of {}", printable(rating.overrides));
    text += (text.empty() ? "" : ": ") + printable(rating.statement);
    if (!rating.operators.empty())
        text += fmt::format(" Receives the data: {}.", printable(joined(rating.operators, ", ")));
    if (rating.purposes.size() < 2)
        return text;
    std::vector<std::string> purposes;
    purposes.reserve(rating.purposes.size());
    for (const Purpose purpose : rating.purposes)
        purposes.emplace_back(waybill::text(purpose));
    return text + " Purposes: " + joined(purposes, ", ") + "; metadata cannot tell them apart.";
}

std::string uncited_note(const RuleSet& rules)
{
    if (rules.packs.empty())
        return "no cited purpose: no rule pack was in force";
    std::string newest;
    for (const PackIdentity& pack : rules.packs)
        newest = std::max(newest, pack.newest_source);
    return fmt::format("no cited purpose: not found in the sources cited by the {} in force, read up to {}",
                       count_text(rules.packs.size(), "pack", "packs"), newest.empty() ? "-" : printable(newest));
}

std::vector<std::string> next_commands(const Report& report, Listing listing)
{
    const std::string input = !report.place.empty()         ? report.place
                              : report.totals.files.empty() ? "FILE"
                                                            : report.totals.files.front();
    const std::string analyze = "waybill analyze " + printable(quoted(input));
    if (report.contacts.empty())
        return {analyze + " --format json", analyze + " --format ndjson", "waybill rules list"};
    const RatedContact& front = report.contacts.front();
    const auto named = std::ranges::find_if(report.contacts, [&](const RatedContact& rated) {
        return rated.contact.endpoint.host && rated.rating.is_cited() == front.rating.is_cited();
    });
    const Contact& first = (named == report.contacts.end() ? front : *named).contact;
    const std::string subject = first.endpoint.host.value_or(endpoint_text(first));
    const auto cited =
        std::ranges::find_if(report.contacts, [](const RatedContact& rated) { return rated.rating.is_cited(); });
    const std::string second = listing == Listing::folded || cited == report.contacts.end()
                                   ? analyze + " --all"
                                   : "waybill rules show " + printable(quoted(cited->rating.rule));
    return {"waybill rules explain " + printable(quoted(subject)), second, analyze + " --format json"};
}

}  // namespace waybill
