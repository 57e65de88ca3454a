#include "rules/draft.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "base/joined.h"
#include "base/text.h"

namespace waybill::rules {
namespace {

using Json = nlohmann::ordered_json;

std::string place_of(const DraftSubject& subject)
{
    return subject.endpoint.host ? subject.endpoint.host->text() : subject.endpoint.address.text();
}

/// Of letters, digits, hyphens and dots.
std::string id_of(std::string_view place)
{
    std::string id{place};
    std::ranges::replace_if(id, [](char character) { return character == ':' || character == '_'; }, '-');
    return id;
}

/// The program of a contact: its package, script or executable.
std::string program_of(const Report& report, const Contact& contact)
{
    if (contact.owner.process == 0 || contact.owner.process > report.processes.size())
        return "a process that is not known";
    const Process& process = report.processes[contact.owner.process - 1];
    if (process.package)
        return fmt::format("{} {}", process.package->name, process.package->version);
    return process.script ? process.script->path : process.executable.path;
}

struct Sums {
    std::uint64_t flows = 0;
    std::uint64_t payload_out = 0;
    std::set<std::string> programs;
    std::set<std::string> places;  // port and transport
};

Sums sum_up(const DraftSubject& subject)
{
    Sums sums;
    for (const RatedContact& rated : subject.contacts) {
        const Contact& contact = rated.contact;
        sums.flows += contact.flow_count;
        sums.payload_out += contact.out.payload_bytes;
        sums.programs.insert(program_of(*subject.report, contact));
        sums.places.insert(fmt::format("{}/{}", number(contact.endpoint.port), text(contact.endpoint.transport)));
    }
    return sums;
}

bool was_attempted(const DraftSubject& subject)
{
    return subject.report != nullptr && subject.report->run && subject.report->run->mode == NetworkMode::sinkhole;
}

/// "attempted by acme 1.52.0 on 443/tcp, 3 flows"
std::string observation(const DraftSubject& subject)
{
    if (subject.contacts.empty())
        return "Nobody was seen to contact it yet.";
    const Sums sums = sum_up(subject);
    return fmt::format("{} by {} on {} in {} flow{}.",
                       was_attempted(subject) ? "It was attempted to be contacted" : "It was contacted",
                       joined(sums.programs, ", "), joined(sums.places, ", "), sums.flows, sums.flows == 1 ? "" : "s");
}

}  // namespace

std::string draft_pack(const DraftSubject& subject)
{
    const std::string place = place_of(subject);
    const std::string id = id_of(place);
    const std::string today = text(subject.today);
    Json rule{{"id", id + "/" + id}, {"vendor", "REPLACE: who runs it"}, {"products", Json::array()}};
    if (subject.endpoint.host)
        rule["match"] = {{"hosts", {place}}};
    else
        rule["match"] = {{"addresses", {place}}};
    rule["purposes"] = {"unknown"};
    rule["statement"] = "REPLACE with one neutral sentence of what the source documents.";
    rule["sources"] = {{{"title", "REPLACE: title of the page or file"},
                        {"url", "https://replace.example/source"},
                        {"grade", "observed"},
                        {"read", today},
                        {"paraphrase", observation(subject)}}};
    rule["examples"] = {{"match", {place}}, {"no_match", {"not-this.example"}}};
    Json pack{{"format", "waybill-rule-pack/1"}, {"id", id}, {"title", "Draft: " + place}, {"version", today}};
    pack["note"] =
        "A draft: read a source, then replace what says REPLACE, the grade and the purposes. Keep it in a folder of "
        "your own packs.";
    pack["vendor"] = "REPLACE: who runs it";
    pack["registrable_domains"] = Json::array();
    if (!subject.registrable_domain.empty())
        pack["registrable_domains"].push_back(subject.registrable_domain);
    pack["licence"] = "REPLACE: of this file";
    pack["rules"] = {rule};
    return json_without_hidden(pack.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

std::string draft_question(const DraftSubject& subject)
{
    const std::string place = printable(place_of(subject));
    std::string out = fmt::format("# What is {} for?\n\n", place);
    if (subject.contacts.empty()) {
        out += fmt::format("We are about to audit a tool and ask beforehand about `{}`.\n", place);
    } else {
        const Sums sums = sum_up(subject);
        const Report& report = *subject.report;
        out += fmt::format(
            "In a recording of outbound traffic (metadata only: names, addresses, sizes, times) we saw "
            "that `{}` was {}:\n\n",
            place, was_attempted(subject) ? "to be contacted, on a network that leads nowhere" : "contacted");
        out += fmt::format("- by {}\n- on {}, in {} flow{}, first at {}\n", printable(joined(sums.programs, ", ")),
                           joined(sums.places, ", "), sums.flows, sums.flows == 1 ? "" : "s",
                           to_rfc3339(subject.contacts.front().contact.first));
        if (!was_attempted(subject) && report.volumes_are_whole())
            out += fmt::format("- with at most {} octets of payload sent\n", sums.payload_out);
        if (report.run)
            out += fmt::format("- recorded from {} to {} by waybill {}\n", to_rfc3339(report.run->started),
                               to_rfc3339(report.run->ended), report.run->waybill);
    }
    out +=
        "\nWe did not find it in the sources that our rule packs cite, as they stood on the days given there. That "
        "says "
        "nothing about the endpoint itself. We would like to know:\n\n"
        "1. What is this endpoint for, and who runs it? Does anybody else receive the data?\n"
        "2. Which data are sent to it, and when?\n"
        "3. Is it needed for the tool to work? Is there a documented setting that stops it?\n"
        "4. Where is this documented, so that we can cite it?\n";
    return out;
}

}  // namespace waybill::rules
