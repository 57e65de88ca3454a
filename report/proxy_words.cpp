#include "report/proxy_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "base/text.h"
#include "report/owner_words.h"
#include "report/units.h"
#include "report/words.h"

namespace waybill {
namespace {

constexpr std::size_t few = 5;

const Contact* find_contact(const Report& report, std::uint64_t id)
{
    const auto found =
        std::ranges::find_if(report.contacts, [id](const RatedContact& rated) { return rated.contact.id == id; });
    return found == report.contacts.end() ? nullptr : &found->contact;
}

std::string program_of(const Report& report, std::uint64_t process)
{
    if (process == 0 || process > report.processes.size())
        return {};
    return program_text(report.processes[process - 1]);
}

/// The first few, each once, in their order, and how many there are beside them.
std::string listed(const std::vector<std::string>& texts)
{
    std::vector<std::string> distinct;
    for (const std::string& text : texts)
        if (!text.empty() && std::ranges::find(distinct, text) == distinct.end())
            distinct.push_back(text);
    std::string list;
    for (std::size_t i = 0; i < std::min(distinct.size(), few); ++i)
        list += (list.empty() ? "" : ", ") + distinct[i];
    if (distinct.size() > few)
        list += fmt::format(" and {} more", distinct.size() - few);
    return list;
}

std::string proxy_text(const ProxyVariable& variable)
{
    std::string text = variable.host.contains(':') ? "[" + printable(variable.host) + "]" : printable(variable.host);
    if (variable.port != Port{})
        text += fmt::format(":{}", number(variable.port));
    return text;
}

std::string via_text(const Via& via, const Report& report)
{
    const std::string program = program_of(report, via.process);
    const std::string place = place_text(via.proxy);
    std::string text = program.empty() ? "via " + place : fmt::format("via {} ({})", program, place);
    if (via.contacts.empty() && via.process != 0)
        text += via.others == 0 ? ", which made no connection meanwhile"
                                : fmt::format(", which made {} meanwhile, for whom is not known",
                                              count_text(via.others, "connection", "connections"));
    return text;
}

/// What is told together: one daemon, by the place where it listens.
struct Daemon {
    std::vector<std::string> programs;
    std::uint64_t count = 0;
    LocalSocketOutcome outcome = LocalSocketOutcome::tried;
    std::string listener;
};

std::string place_of(const Delegation& delegation)
{
    return delegation.path.empty() ? fmt::format("{}/{}", place_text(delegation.server), waybill::text(delegation.kind))
                                   : printable(delegation.path);
}

std::string sentence_of(const std::string& place, const Daemon& daemon)
{
    const std::string listener = daemon.listener.empty() ? "" : fmt::format(" ({})", printable(daemon.listener));
    const std::string programs = listed(daemon.programs);
    return fmt::format("{}{}, {}{}{}", place, listener, count_text(daemon.count, "time", "times"),
                       programs.empty() ? "" : " by " + programs,
                       daemon.outcome == LocalSocketOutcome::answered ? "" : "; whether it answered is not known");
}

}  // namespace

std::string place_text(const SocketAddress& place)
{
    const IpAddress& address = place.address;
    return fmt::format("{}:{}", address.is_v6() ? "[" + address.text() + "]" : address.text(), number(place.port));
}

std::string past_proxy_sentence(const Finding& finding, const Report& report)
{
    std::vector<std::string> contacts;
    for (const std::uint64_t id : finding.contacts)
        if (const Contact* const contact = find_contact(report, id)) {
            const std::string program = program_of(report, contact->owner.process);
            contacts.push_back(program.empty() ? endpoint_text(*contact)
                                               : fmt::format("{} ({})", endpoint_text(*contact), program));
        }
    return fmt::format("contacted directly, in {}, although {} names {}: {}",
                       count_text(finding.flows, "flow", "flows"), printable(finding.variable.name),
                       proxy_text(finding.variable), listed(contacts));
}

std::vector<std::string> leg_remarks(const Contact& contact, const Report& report)
{
    std::vector<std::string> remarks;
    for (const Via& via : contact.via)
        remarks.push_back(via_text(via, report));
    std::vector<std::string> askers;
    for (const std::uint64_t id : contact.carries)
        if (const Contact* const asking = find_contact(report, id))
            askers.push_back(program_of(report, asking->owner.process));
    if (const std::string list = listed(askers); !list.empty())
        remarks.push_back("for " + list);
    return remarks;
}

std::vector<std::string> delegation_sentences(const Report& report)
{
    std::vector<std::pair<std::string, Daemon>> daemons;
    std::map<std::string, std::size_t> places;
    for (const Delegation& delegation : report.delegations) {
        const auto [place, is_new] = places.try_emplace(place_of(delegation), daemons.size());
        if (is_new)
            daemons.emplace_back(place->first, Daemon{});
        Daemon& daemon = daemons[place->second].second;
        daemon.programs.push_back(program_of(report, delegation.process));
        daemon.count += delegation.count;
        daemon.outcome = std::max(daemon.outcome, delegation.outcome);
        if (daemon.listener.empty())
            daemon.listener = delegation.listener;
    }
    std::vector<std::string> sentences;
    std::vector<std::string> tried;
    for (const auto& [place, daemon] : daemons) {
        if (daemon.outcome == LocalSocketOutcome::tried)
            tried.push_back(place);
        else
            sentences.push_back(sentence_of(place, daemon));
    }
    if (!sentences.empty())
        sentences.emplace_back("what those contacted on behalf of it is not in this recording");
    if (!tried.empty())
        sentences.push_back("tried, and not known whether anybody is there: " + listed(tried));
    return sentences;
}

}  // namespace waybill
