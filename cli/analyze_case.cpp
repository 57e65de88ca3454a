#include "cli/analyze_case.h"

#include <fcntl.h>

#include "analyze/proxy/proxied_traffic.h"
#include "base/file.h"
#include "base/file_descriptor.h"
#include "cli/rule_folders.h"
#include "report/events.h"
#include "report/json.h"

namespace waybill {
namespace {

Failure failure_of(const CaseError& error)
{
    switch (error.kind) {
        case CaseError::Kind::exists:
        case CaseError::Kind::unwritable:
        case CaseError::Kind::sealed:
            return {ExitCode::cannot_create, error.message};
        case CaseError::Kind::not_a_case:
        case CaseError::Kind::not_understood:
            return {ExitCode::input_not_understood, error.message};
        case CaseError::Kind::unreadable:
            break;
    }
    return {ExitCode::input_not_readable, error.message};
}

Bounds bounds_of(const AnalysisOptions& options)
{
    return {{"flows", options.flows.max_flows},
            {"tcp_idle_seconds", static_cast<std::uint64_t>(options.flows.tcp_idle.count())},
            {"other_idle_seconds", static_cast<std::uint64_t>(options.flows.other_idle.count())},
            {"contacts", ContactTable::max_contacts},
            {"dns_addresses", options.dns.addresses},
            {"names_per_flow", FlowFacts::max_names}};
}

}  // namespace

AnalysisOptions analysis_options(const Run& run)
{
    AnalysisOptions options;
    options.owner = {0, MatchQuality::in_namespace, "everything in this network namespace is the command's tree"};
    options.dns_fully_observed = run.mode == NetworkMode::sinkhole;
    options.one_client = run.mode != NetworkMode::interface;
    options.own_comments = run.trimmed;
    return options;
}

std::expected<Report, Failure> write_events(const InputOptions& input, const AnalysisOptions& options,
                                            const Rules& rules, EventReceiver& events, Subject subject)
{
    events.header(bounds_of(options));
    for (const Process& process : subject.processes)
        events.process(process);
    for (const Phase& phase : subject.phases)
        events.phase(phase);
    std::uint64_t without_owner = 0;
    std::optional<ProxiedTraffic> proxied;  // a capture file knows neither processes nor an environment
    if (subject.run)
        proxied.emplace(*subject.run, options.owners, subject.processes);
    const auto owned = [&](const Flow& flow) {
        const FlowOwner owner =
            options.owners->find({flow.protocol_number, flow.tunnel_depth, flow.client, flow.server, flow.first});
        without_owner += owner.owner.process == 0 && flow.tunnel_depth == 0 ? 1 : 0;
        if (proxied)
            proxied->add(flow, owner.owner);
        events.owned_flow(flow, owner);
    };
    const auto unowned = [&](const Flow& flow) {
        if (proxied)
            proxied->add(flow, options.owner);
        events.flow(flow, options.owner);
    };
    const bool has_owners = options.owners != nullptr;
    const EventSinks sinks{has_owners ? std::function<void(const Flow&)>{owned} : unowned,
                           [&](const DnsEvent& event) { events.dns(event); }};
    auto result = read_packets(input, options, sinks);
    if (!result)
        return std::unexpected(result.error());
    result->analysis.gaps.add(GapKind::owner_unknown, without_owner);
    if (proxied) {
        proxied->add(subject.local_sockets);
        auto found = std::move(*proxied).finish(result->analysis.contacts, result->analysis.gaps);
        subject.findings = std::move(found.findings);
        subject.delegations = std::move(found.delegations);
    }
    Report report = build_report(*std::move(result), rules, std::move(subject));
    for (const RatedContact& rated : report.contacts)
        events.contact(rated.contact, rated.rating);
    for (const Gap& gap : report.gaps)
        events.gap(gap);
    events.capture({report.totals.packets, report.totals.wire_bytes, report.totals.dropped, report.totals.first,
                    report.totals.last, report.totals.files});
    return report;
}

std::expected<CaseFolder, Failure> open_case(const std::filesystem::path& folder)
{
    auto opened = CaseFolder::open(folder);
    if (!opened)
        return std::unexpected(failure_of(opened.error()));
    return *std::move(opened);
}

std::expected<Report, Failure> analyze_into(EventReceiver& events, const CaseFolder& folder, const Rules& rules)
{
    auto run = folder.read_run();
    if (!run)
        return std::unexpected(failure_of(run.error()));
    auto owners = folder.read_owners();
    if (!owners)
        return std::unexpected(failure_of(owners.error()));
    const auto marks = folder.read_marks();
    if (!marks)
        return std::unexpected(failure_of(marks.error()));
    const InputOptions input{folder.packet_files(*run), {}, InputOptions::Sums::made};
    for (const std::filesystem::path& file :
         input.files) {  // a stranger may have made the case: a pipe would be waited for
        std::error_code problem;
        const auto status = std::filesystem::symlink_status(file, problem);
        if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
            return std::unexpected(Failure{ExitCode::input_not_readable, file.string() + ": no regular file"});
    }
    AnalysisOptions options = analysis_options(*run);
    std::vector<std::string> names = run->packet_files;
    Subject subject{std::move(names), *std::move(run), rules::Digests::computed, {}, {}};
    subject.phases = divide(subject.run->started, subject.run->ended, *marks, subject.run->command_ended);
    for (const Phase& phase : std::span{subject.phases}.subspan(1))
        options.phases.push_back(phase.begin);
    std::optional<OwnerIndex> index;
    if (*owners) {
        index.emplace(**owners);
        options.owners = &*index;
        subject.processes = std::move((*owners)->processes);
        subject.local_sockets = std::move((*owners)->local_sockets);
        subject.package_trees = std::move((*owners)->package_trees);
    }
    auto report = write_events(input, options, rules, events, std::move(subject));
    if (report)
        report->place = folder.folder().string();
    return report;
}

std::expected<Report, Failure> read_case(const std::filesystem::path& folder, const Rules& rules)
{
    const auto opened = open_case(folder);
    if (!opened)
        return std::unexpected(opened.error());
    EventReceiver unread;
    return analyze_into(unread, *opened, rules);
}

std::expected<RatedCase, Failure> read_case(const std::filesystem::path& folder,
                                            const std::vector<std::filesystem::path>& own_folders)
{
    const auto opened = open_case(folder);
    if (!opened)
        return std::unexpected(opened.error());
    auto rules = load_rules(*opened, own_folders);
    if (!rules)
        return std::unexpected(rules.error());
    EventReceiver unread;
    auto report = analyze_into(unread, *opened, *rules);
    if (!report)
        return std::unexpected(report.error());
    return RatedCase{*std::move(rules), *std::move(report)};
}

std::expected<Report, Failure> analyze_case(const std::filesystem::path& folder,
                                            const std::vector<std::filesystem::path>& own_folders)
{
    const auto opened = open_case(folder);
    if (!opened)
        return std::unexpected(opened.error());
    if (opened->is_sealed())
        return std::unexpected(Failure{ExitCode::cannot_create,
                                       folder.string() + ": is sealed; copy its data folder to analyse it again"});
    const auto rules = load_rules(*opened, own_folders);
    if (!rules)
        return std::unexpected(rules.error());
    std::filesystem::path beside = opened->events();
    beside += ".new";
    const FileDescriptor file{::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)};
    std::optional<std::string> problem;
    EventWriter writer{[&](std::string_view lines) {
        if (const auto written = write_all(file.get(), lines); !written && !problem)
            problem = written.error();
    }};
    auto report = analyze_into(writer, *opened, *rules);
    if (!report)
        return report;
    std::error_code moved;
    if (problem) {
        std::filesystem::remove(beside, moved);  // a part of it would only take the room
        return std::unexpected(Failure{ExitCode::input_output, opened->events().string() + ": " + *problem});
    }
    std::filesystem::rename(beside, opened->events(), moved);
    if (moved)
        return std::unexpected(Failure{ExitCode::input_output, opened->events().string() + ": " + moved.message()});
    if (const auto written = write_file(opened->report(), report_to_json(*report)); !written)
        return std::unexpected(Failure{ExitCode::input_output, written.error()});
    return report;
}

}  // namespace waybill
