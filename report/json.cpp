#include "report/json.h"

#include <nlohmann/json.hpp>

#include "model/flow_facts.h"
#include "report/finding_words.h"
#include "report/json_values.h"
#include "report/run_members.h"
#include "report/tls_traits.h"

namespace waybill {
namespace {

using Json = nlohmann::ordered_json;

Json pair(std::uint64_t out, std::uint64_t in)
{
    return {{"out", out}, {"in", in}};
}

Json rating_of(const Rating& rating)
{
    Json json{{"cited", rating.is_cited()}, {"purposes", purposes_of(rating.purposes)}};
    json["vendor"] = text_or_null(rating.vendor);
    json["rule"] = text_or_null(rating.rule);
    json["pack"] = text_or_null(rating.pack);
    json["pattern"] = text_or_null(rating.why);
    json["statement"] = text_or_null(rating.statement);
    json["sources"] = sources_of(rating.sources);
    json["registrable_domain"] = text_or_null(rating.domain);
    json["products"] = rating.products;
    json["operators"] = rating.operators;
    json["opt_outs"] = rating.opt_outs;
    json["overrides"] = text_or_null(rating.overrides);
    return json;
}

Json intervals_of(const std::optional<Intervals>& intervals)
{
    if (!intervals)
        return nullptr;
    return {{"shortest_ns", intervals->shortest.count()},
            {"median_ns", intervals->median.count()},
            {"longest_ns", intervals->longest.count()},
            {"mean_ns", intervals->mean.count()}};
}

Json owner_of(const Owner& owner)
{
    return {{"process", owner.process == 0 ? Json(nullptr) : Json(owner.process)},
            {"quality", text(owner.quality)},
            {"reason", text_or_null(owner.reason)}};
}

template <typename Value>
Json words_of(const std::vector<Value>& values)
{
    Json list = Json::array();
    for (const Value value : values)
        list.push_back(text(value));
    return list;
}

/// What is said with "at most", which a gap can forbid.
Json at_most(const Report& report, std::uint64_t octets)
{
    return report.volumes_are_whole() ? Json(octets) : Json(nullptr);
}

Json at_most_in_phase(const Report& report, std::uint64_t octets)
{
    return report.phases_are_whole() ? Json(octets) : Json(nullptr);
}

Json volumes_of(const Volume& out, const Volume& in)
{
    return {{"packets", pair(out.packets, in.packets)},
            {"ip_bytes", pair(out.ip_bytes, in.ip_bytes)},
            {"payload_bytes", pair(out.payload_bytes, in.payload_bytes)}};
}

Json phases_of(const Contact& contact)
{
    Json list = Json::array();
    for (const PhaseVolume& volume : contact.phases) {
        Json json{{"phase", volume.phase}, {"flows", volume.flows}, {"begun", volume.begun}};
        json.update(volumes_of(volume.out, volume.in));
        list.push_back(std::move(json));
    }
    return list;
}

Json phases_of(const Report& report)
{
    Json list = Json::array();
    for (const PhaseTotal& total : report.phases) {
        Json json{{"opening", text(total.phase.opening)}, {"label", text_or_null(total.phase.label)}};
        json["begin"] = to_rfc3339(total.phase.begin);
        json["end"] = to_rfc3339(total.phase.end);
        json["endpoints"] = total.endpoints;
        json["new_endpoints"] = total.new_endpoints;
        json["flows"] = total.flows;
        json["begun"] = total.begun;
        json["payload_out_at_most"] = at_most_in_phase(report, total.out.payload_bytes);
        json.update(volumes_of(total.out, total.in));
        json["running"] = total.running;
        list.push_back(std::move(json));
    }
    return list;
}

Json address_of(const SocketAddress& address)
{
    return {{"address", address.address.text()}, {"port", number(address.port)}};
}

Json id_or_null(std::uint64_t id)
{
    return id == 0 ? Json(nullptr) : Json(id);
}

Json via_of(const std::vector<Via>& legs)
{
    Json list = Json::array();
    for (const Via& via : legs)
        list.push_back({{"proxy", address_of(via.proxy)},
                        {"process", id_or_null(via.process)},
                        {"flows", via.flows},
                        {"contacts", via.contacts},
                        {"connections", via.connections},
                        {"others", via.others}});
    return list;
}

Json contact_of(const RatedContact& rated)
{
    const Contact& contact = rated.contact;
    Json json{{"id", contact.id}, {"owner", owner_of(contact.owner)}};
    json["endpoint"] = {{"host", text_or_null(contact.endpoint.host.value_or(""))},
                        {"address", contact.endpoint.address.text()},
                        {"port", number(contact.endpoint.port)},
                        {"transport", text(contact.endpoint.transport)}};
    json["name_sources"] = words_of(contact.name_sources);
    json["candidates"] = contact.candidates;
    json["other_names"] = contact.other_names;
    json["resolution"] = text(contact.resolution);
    json["protocols"] = words_of(contact.protocols);
    json["tls"] = nullptr;  // its place: with_tls_traits()
    json["tunnelled"] = contact.tunnelled;
    json["flow_count"] = contact.flow_count;
    json["flows"] = contact.flows;
    json["outer_name_only"] = contact.outer_name_only;
    json["packets"] = pair(contact.out.packets, contact.in.packets);
    json["wire_bytes"] = pair(contact.out.wire_bytes, contact.in.wire_bytes);
    json["ip_bytes"] = pair(contact.out.ip_bytes, contact.in.ip_bytes);
    json["payload_bytes"] = pair(contact.out.payload_bytes, contact.in.payload_bytes);
    json["first"] = to_rfc3339(contact.first);
    json["last"] = to_rfc3339(contact.last);
    json["first_packet"] = {{"file", contact.packets.first_file}, {"number", contact.packets.first}};
    json["phases"] = phases_of(contact);
    json["intervals"] = intervals_of(contact.intervals);
    json["via"] = via_of(contact.via);
    json["for"] = contact.carries;
    json["rating"] = rating_of(rated.rating);
    return json;
}

Json totals_of(const ReportTotals& totals)
{
    Json json{{"packets", totals.packets},
              {"wire_bytes", totals.wire_bytes},
              {"dropped", totals.dropped},
              {"flows", totals.flows},
              {"dns_messages", totals.dns_messages}};
    json["first"] = time_or_null(totals.first);
    json["last"] = time_or_null(totals.last);
    json["files"] = totals.files;
    return json;
}

Json purpose_totals_of(const Report& report)
{
    Json list = Json::array();
    for (const PurposeTotal& total : report.purposes) {
        Json by_phase = Json::array();
        for (const std::uint64_t octets : total.payload_out_by_phase)
            by_phase.push_back(at_most_in_phase(report, octets));
        list.push_back({{"purposes", purposes_of(total.purposes)},
                        {"cited", total.cited},
                        {"contacts", total.contacts},
                        {"flows", total.flows},
                        {"payload_out_at_most", at_most(report, total.payload_out_at_most)},
                        {"payload_out_at_most_by_phase", std::move(by_phase)},
                        {"ip_bytes", pair(total.ip_bytes_out, total.ip_bytes_in)}});
    }
    return list;
}

Json file_of(const ProgramFile& file)
{
    return {{"path", file.path}, {"sha256", text_or_null(file.sha256)}};
}

Json tree_state_of(const TreeState& state)
{
    return {{"at", to_rfc3339(state.at)}, {"read", to_rfc3339(state.read)}, {"sha256", text_or_null(state.sha256)},
            {"files", state.files},       {"links", state.links},           {"octets", state.octets},
            {"unread", state.unread}};
}

Json findings_of(const Report& report)
{
    Json list = Json::array();
    for (const Finding& finding : report.findings) {
        const bool has_port = finding.variable.port != Port{};
        const bool is_of_package = finding.kind == FindingKind::package_changed;
        list.push_back({{"id", text(finding.kind)},
                        {"variable", text_or_null(finding.variable.name)},
                        {"host", text_or_null(finding.variable.host)},
                        {"port", has_port ? Json(number(finding.variable.port)) : Json(nullptr)},
                        {"package_tree", is_of_package ? Json(finding.tree) : Json(nullptr)},
                        {"contacts", finding.contacts},
                        {"flows", finding.flows},
                        {"sentence", finding_sentence(finding, report)}});
    }
    return list;
}

Json package_trees_of(const Report& report)
{
    Json list = Json::array();
    for (const PackageTree& tree : report.package_trees) {
        Json changes = Json::array();
        for (const TreeChange& change : tree.changes)
            changes.push_back({{"kind", text(change.kind)}, {"path", change.path}});
        list.push_back({{"root", tree.root},
                        {"package", {{"name", tree.package.name}, {"version", tree.package.version}}},
                        {"process", tree.process},
                        {"start", tree_state_of(tree.start)},
                        {"end", tree.end ? tree_state_of(*tree.end) : Json(nullptr)},
                        {"change_count", tree.change_count},
                        {"changes", std::move(changes)}});
    }
    return list;
}

Json delegations_of(const Report& report)
{
    Json list = Json::array();
    for (const Delegation& delegation : report.delegations) {
        const bool has_address = delegation.path.empty();
        Json json{{"process", id_or_null(delegation.process)}, {"socket", text(delegation.kind)}};
        json["path"] = text_or_null(delegation.path);
        json["server"] = has_address ? address_of(delegation.server) : Json(nullptr);
        json["listener"] = {{"pid", id_or_null(delegation.listener_pid)}, {"exe", text_or_null(delegation.listener)}};
        json["outcome"] = text(delegation.outcome);
        json["count"] = delegation.count;
        json["first"] = to_rfc3339(delegation.first);
        json["last"] = to_rfc3339(delegation.last);
        list.push_back(std::move(json));
    }
    return list;
}

Json extension_host_of(const ExtensionHost& host)
{
    Json extensions = Json::array();
    for (const Package& extension : host.extensions)
        extensions.push_back({{"name", extension.name}, {"version", extension.version}});
    return {{"extensions", extensions}, {"built_in", host.built_in}, {"unread", host.unread}};
}

Json process_of(const Process& process)
{
    Json json{{"id", process.id}, {"pid", process.pid}, {"inner_pid", process.inner_pid}};
    json["start"] = to_rfc3339(process.start);
    json["began"] = to_rfc3339(process.began);
    json["ended"] = time_or_null(process.ended);
    json["parent"] = id_or_null(process.parent);
    json["previous"] = id_or_null(process.previous);
    json["was_running"] = process.was_running;
    json["exe"] = process.executable.path;
    json["exe_sha256"] = text_or_null(process.executable.sha256);
    json["argv"] = process.arguments;
    json["argv_redacted"] = process.redacted;
    json["argv_missing"] = process.arguments_missing;
    json["cwd"] = text_or_null(process.working_directory);
    json["uid"] = process.uid;
    json["cgroup"] = text_or_null(process.cgroup);
    json["container"] = text_or_null(process.container);
    json["script"] = process.script ? file_of(*process.script) : Json(nullptr);
    json["package"] = nullptr;
    if (process.package)
        json["package"] = {{"name", process.package->name}, {"version", process.package->version}};
    json["extension_host"] = process.extension_host ? extension_host_of(*process.extension_host) : Json(nullptr);
    return json;
}

Json hand_over_of(const HandOver& hand_over)
{
    return {{"kind", text(hand_over.kind)},
            {"process", id_or_null(hand_over.to.process)},
            {"socket", hand_over.to.place},
            {"listener_pid", id_or_null(hand_over.to.listener_pid)},
            {"listener", text_or_null(hand_over.to.listener)}};
}

Json gaps_of(const Report& report)
{
    Json list = Json::array();
    for (const Gap& gap : report.gaps) {
        const GapText& kind = describe(gap.kind);
        list.push_back({{"kind", kind.id},
                        {"count", gap.count},
                        {"meaning", kind.sentence},
                        {"limits", kind.limits},
                        {"detail", text_or_null(gap.detail)}});
    }
    return list;
}

Json traffic_of(const Traffic& traffic)
{
    return {{"packets", traffic.packets}, {"ip_bytes", traffic.ip_bytes}};
}

Json cross_check_of(const std::optional<CrossCheck>& check)
{
    if (!check)
        return nullptr;
    return {{"counters", check->counters},
            {"counted",
             {{"packets", pair(check->counted_out.packets, check->counted_in.packets)},
              {"ip_bytes", pair(check->counted_out.ip_bytes, check->counted_in.ip_bytes)}}},
            {"recorded", traffic_of(check->recorded)},
            {"recorded_once", traffic_of(check->recorded_once)},
            {"lost", traffic_of(check->lost)},
            {"uncertain", traffic_of(check->uncertain)},
            {"difference",
             {{"packets", check->packets_difference},
              {"ip_bytes", check->ip_bytes_difference},
              {"ip_bytes_ppm", check->ip_bytes_ppm()}}}};
}

}  // namespace

std::string report_to_json(const Report& report)
{
    Json json{{"format", "waybill-report"}, {"v", Report::format_version}, {"waybill", WAYBILL_VERSION}};
    json["run"] = report.run ? run_members(*report.run) : Json(nullptr);
    json["totals"] = totals_of(report.totals);
    json["payload_out_at_most"] = at_most(report, report.payload_out_at_most());
    json["phases"] = phases_of(report);
    json["purposes"] = purpose_totals_of(report);
    json["contacts"] = Json::array();
    for (const RatedContact& rated : report.contacts)
        json["contacts"].push_back(contact_of(rated));
    json["findings"] = findings_of(report);
    json["package_trees"] = package_trees_of(report);
    json["delegations"] = delegations_of(report);
    json["processes"] = Json::array();
    for (const Process& process : report.processes)
        json["processes"].push_back(process_of(process));
    json["hand_over"] = report.hand_over ? hand_over_of(*report.hand_over) : Json(nullptr);
    json["gaps"] = gaps_of(report);
    json["cross_check"] = cross_check_of(report.cross_check);
    json["cannot_be_answered"] = cannot_be_answered;
    json["rules"] = rule_set_of(report.rules);
    return with_tls_traits(document_text(json), report.contacts);
}

}  // namespace waybill
