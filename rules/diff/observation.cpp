#include "rules/diff/observation.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "base/joined.h"
#include "rules/endpoint_identity.h"

namespace waybill::diff {
namespace {

std::string_view file_name(std::string_view path)
{
    return path.substr(path.find_last_of('/') + 1);  // npos + 1 is 0
}

std::string_view folder_of(std::string_view path)
{
    const std::size_t slash = path.find_last_of('/');
    return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

/// "2.0.76", "v22.1", "1.4.0-beta.2": digits and dots, and whatever follows a hyphen.
bool is_version(std::string_view name)
{
    if (name.starts_with('v'))
        name.remove_prefix(1);
    name = name.substr(0, name.find_first_of("-+"));
    return !name.empty() && is_digit(name.front()) &&
           std::ranges::all_of(name, [](char each) { return is_digit(each) || each == '.'; });
}

DiffEndpoint::Kind kind_of(rules::EndpointIdentity::Kind kind)
{
    switch (kind) {
        using enum rules::EndpointIdentity::Kind;
        case host:
            return DiffEndpoint::Kind::host;
        case pattern:
            return DiffEndpoint::Kind::pattern;
        case candidates:
            return DiffEndpoint::Kind::candidates;
        case address:
            break;
    }
    return DiffEndpoint::Kind::address;
}

void add(Seen& seen, const Contact& contact, const std::vector<Process>& processes)
{
    seen.ip_bytes_out += contact.out.ip_bytes;
    seen.ip_bytes_in += contact.in.ip_bytes;
    seen.flows += contact.flow_count;
    const std::uint64_t process = contact.owner.process;
    if (process != 0 && process <= processes.size())
        if (std::string program = program_of(processes[process - 1]); !program.empty())
            seen.programs.insert(std::move(program));
    for (const Protocol protocol : contact.protocols)
        seen.protocols.emplace(text(protocol));
    if (!contact.tls)
        return;
    const TlsTraits& tls = *contact.tls;
    for (const auto& offered : tls.alpn_offered)
        seen.alpn_offered.insert(joined(offered, ","));
    seen.alpn_chosen.insert(tls.alpn_chosen.begin(), tls.alpn_chosen.end());
    seen.ja4.insert(tls.ja4.begin(), tls.ja4.end());
    seen.has_more_tls = seen.has_more_tls || tls.more;
}

void observe_side(Observations& all, const BeforeAfter<std::span<const Report>>& sides,
                  std::span<const Report> BeforeAfter<std::span<const Report>>::* side,
                  std::vector<std::optional<Seen>> BeforeAfter<std::vector<std::optional<Seen>>>::* runs)
{
    for (std::size_t run = 0; run < (sides.*side).size(); ++run) {
        const Report& report = (sides.*side)[run];
        for (const RatedContact& rated : report.contacts) {
            const auto [at, is_new] = all.try_emplace(endpoint_of(rated));
            Observed& observed = at->second;
            if (is_new) {
                observed.rating = rated.rating;
                observed.runs.before.resize(sides.before.size());
                observed.runs.after.resize(sides.after.size());
            }
            std::optional<Seen>& seen = (observed.runs.*runs)[run];
            if (!seen)
                seen.emplace();
            add(*seen, rated.contact, report.processes);
        }
    }
}

}  // namespace

DiffEndpoint endpoint_of(const RatedContact& rated)
{
    rules::EndpointIdentity identity = rules::identity_of(rated);
    return {std::move(identity.name), identity.port, identity.transport, kind_of(identity.kind)};
}

std::string program_of(const Process& process)
{
    if (process.package && !process.package->name.empty())
        return process.package->name;
    const std::string_view path = process.script ? process.script->path : process.executable.path;
    const std::string_view name = file_name(path);
    if (!is_version(name))
        return std::string{name};
    const std::string_view called =
        process.script || process.arguments.empty() ? std::string_view{} : file_name(process.arguments.front());
    if (!called.empty() && !is_version(called))
        return std::string{called};
    std::string_view folder = folder_of(path);
    while (!folder.empty() && (is_version(file_name(folder)) || file_name(folder) == "versions"))
        folder = folder_of(folder);  // shorter each time
    return std::string{folder.empty() ? name : file_name(folder)};
}

Observations observe(const BeforeAfter<std::span<const Report>>& sides)
{
    using Reports = BeforeAfter<std::span<const Report>>;
    using Runs = BeforeAfter<std::vector<std::optional<Seen>>>;
    Observations all;
    observe_side(all, sides, &Reports::before, &Runs::before);
    observe_side(all, sides, &Reports::after, &Runs::after);
    return all;
}

}  // namespace waybill::diff
