// How it was made, what it cannot say, and how to check it (declared in report/html/sections.h).
#include <fmt/format.h>

#include "base/joined.h"
#include "base/text.h"
#include "report/html/sections.h"
#include "report/html/table.h"
#include "report/proxy_words.h"
#include "report/units.h"
#include "report/words.h"

namespace waybill::html {
namespace {

/// Names and what they are, below each other.
class Facts {
public:
    void add(std::string_view name, std::string_view value)
    {
        if (!value.empty())
            inside_ += element("div", element("dt", name) + element("dd", value)) + line_end();
    }
    void add_code(std::string_view name, std::string_view value)
    {
        inside_ += element("div", element("dt", name) + element("dd", element("code", value))) + line_end();
    }
    Html html() const { return element("dl", {{"class", "method"}}, line_end() + inside_) + line_end(); }

private:
    Html inside_;
};

std::string_view mode_words(NetworkMode mode)
{
    switch (mode) {
        using enum NetworkMode;
        case sinkhole:
            return "sinkhole: a network that leads nowhere; every name has an address, every address accepts, nobody "
                   "is reached";
        case isolated:
            return "isolated: a network of its own, joined to the machine's";
        case host:
            return "host: the machine's own network; the packets of the command's sockets";
        case interface:
            break;
    }
    return "capture: the interfaces of the machine, or the sockets of a cgroup";
}

std::string interface_words(const std::vector<InterfaceRecord>& interfaces)
{
    std::vector<std::string> words;
    words.reserve(interfaces.size());
    for (const InterfaceRecord& record : interfaces)
        words.push_back(fmt::format("{}: {} received, {} dropped by the capture, {} by the interface", record.name,
                                    record.received, record.dropped, record.interface_dropped));
    return joined(words, "; ");
}

std::string_view stop_words(StopReason reason)
{
    switch (reason) {
        using enum StopReason;
        case broke_off:
            break;
        case failure:
            return "a failure: see what was not seen";
        case processes_ended:
            return "the end of the command and of all that it had started";
        case command_ended:
            return "the end of the command; what it had started ran on, or was ended";
        case timeout:
            return "the time limit";
        case signal:
            return "a signal";
        case duration:
            return "the time that it was to last";
        case packets:
            return "the number of packets that it was to have";
    }
    return "Waybill's own end, or the machine's: it broke off";
}

void add_method(Facts& facts, const RecordingMethod& method)
{
    facts.add("Owners told by", method.owners == "kernel"    ? "the kernel (eBPF)"
                                : method.owners == "seccomp" ? "the calls of the processes (seccomp)"
                                                             : "nobody");
    facts.add("Filter", method.filter.empty() ? "none" : method.filter);
    facts.add("Chosen", joined(method.selection, ", "));
}

std::string file_words(const ProgramFile& file)
{
    return fmt::format("{} (SHA-256 {})", file.path, file.sha256.empty() ? "not known" : file.sha256);
}

void add_program(Facts& facts, const AuditedProgram& program)
{
    facts.add_code("Audited program", file_words(program.executable));
    if (program.script)
        facts.add_code("Its script", file_words(*program.script));
    if (program.package)
        facts.add("Its package", program.package->name + " " + program.package->version);
}

void add_circumstances(Facts& facts, const Circumstances& circumstances)
{
    facts.add("Operator", circumstances.operated_by);
    facts.add("Purpose", circumstances.purpose.empty() ? "not said (--purpose)" : circumstances.purpose);
    facts.add("System", circumstances.system);
    if (!circumstances.host_id.empty())
        facts.add_code("Host, as a digest", circumstances.host_id);
    if (!circumstances.program.empty())
        facts.add_code("Waybill's SHA-256", circumstances.program);
}

/// How good the clock was, as far as the host knew.
std::string clock_words(const ClockFacts& clock)
{
    std::string words = "that of the recording host, in UTC; the kernel says that it ";
    words += clock.is_synchronised ? "was synchronised" : "was NOT synchronised";
    if (clock.greatest_error)
        words +=
            fmt::format(", wrong by at most {:.3f} s", std::chrono::duration<double>(*clock.greatest_error).count());
    words += clock_step(clock.begin, clock.end) ? "; it was set meanwhile" : "";
    return words + (clock.source.empty() ? "" : "; counted by " + clock.source);
}

void add_run(Facts& facts, const Run& run)
{
    if (run.circumstances)
        add_circumstances(facts, *run.circumstances);
    if (!run.command.empty())
        facts.add_code("Command", command_text(run.command));
    if (!run.working_directory.empty())
        facts.add_code("In folder", run.working_directory);
    facts.add("Network", mode_words(run.mode));
    facts.add("Mode chosen by", text(run.mode_source));
    facts.add("User", fmt::format("{}{}{}", run.user, run.fresh_home ? ", HOME was fresh" : "",
                                  run.clean_environment ? ", environment was cleaned" : ""));
    facts.add("Variables", joined(run.environment, ", "));
    facts.add("Variables set", joined(run.set_environment, ", "));
    facts.add("Variables removed", joined(run.removed_environment, ", "));
    facts.add("Sockets hidden", joined(run.masked_sockets, ", "));
    if (run.timeout)
        facts.add("Time limit", duration_text(*run.timeout));
    facts.add("Packets kept", run.trimmed ? "headers, and what names something: DNS messages, TLS and QUIC hellos"
                                          : "WHOLE, with their payload (--keep full)");
    facts.add("Interfaces", interface_words(run.interfaces));
    facts.add("Host", fmt::format("Linux {} on {}", run.kernel, run.machine));
    facts.add("Recorded by", "Waybill " + run.waybill);
    if (run.stop)
        facts.add("Ended because of", stop_words(*run.stop));
    if (run.method)
        add_method(facts, *run.method);
    for (const AuditedProgram& program : run.programs)
        add_program(facts, program);
}

Html clocks(const Report& report)
{
    Facts facts;
    if (report.run) {
        facts.add("Recording began", to_rfc3339(report.run->started));
        if (report.run->command_ended)
            facts.add("Command ended", to_rfc3339(*report.run->command_ended));
        facts.add("Recording ended", to_rfc3339(report.run->ended));
    }
    if (report.totals.first)
        facts.add("First packet", to_rfc3339(*report.totals.first));
    if (report.totals.last)
        facts.add("Last packet", to_rfc3339(*report.totals.last));
    const bool is_known = report.run && report.run->circumstances;
    facts.add("Clock", is_known ? clock_words(report.run->circumstances->clock)
                                : "that of the recording host, in UTC. Waybill holds it against no other clock.");
    return element("h3", "Clocks") + line_end() + facts.html();
}

Html packs_table(const RuleSet& rules)
{
    std::vector<TableRow> rows;
    for (const PackIdentity& pack : rules.packs) {
        TableRow row{{cell(pack.id)}};
        row.cells.push_back(cell(pack.version));
        row.cells.push_back(cell(pack.newest_source.empty() ? "-" : pack.newest_source));
        row.cells.push_back(cell(pack.is_own ? "your own" : "Waybill"));
        row.cells.push_back({element("code", pack.digest.empty() ? "-" : pack.digest)});
        rows.push_back(std::move(row));
    }
    if (rows.empty())
        return element("p", "No rule pack was in force.");
    const TableHead head{"packs-table",
                         "packs",
                         "Rule packs in force",
                         {{"Pack"}, {"Version"}, {"Sources read up to"}, {"Comes from"}, {"SHA-256"}},
                         TableHead::Use::plain};
    return folded(fmt::format("Rules: {} in force, and the list of public suffixes",
                              count_text(rules.packs.size(), "pack", "packs")),
                  table(head, rows) + element("p", {{"class", "legend"}}, rules.public_suffix_list));
}

/// A command to be copied.
Html command(std::string_view words)
{
    return element("pre", element("code", words)) + line_end();
}

}  // namespace

Html method(const PageSubject& subject)
{
    const Report& report = subject.report;
    Facts facts;
    if (report.run)
        add_run(facts, *report.run);
    facts.add("Packets of", joined(report.totals.files, ", "));
    facts.add("Sees",
              "metadata alone: DNS, TLS and QUIC hellos, HTTP hosts, proxy targets, sizes and times, and which "
              "process owns a socket. No encryption is broken; Waybill opens no connection of its own.");
    return section("method", "Method", facts.html() + clocks(report) + packs_table(report.rules));
}

Html limits(const PageSubject& subject)
{
    const std::vector<std::string> questions{cannot_be_answered.begin(), cannot_be_answered.end()};
    const Html box =
        element("div", {{"class", "box"}}, element("h3", "Cannot be answered") + line_end() + list(questions, "")) +
        line_end();
    Html content = element("h3", "Not seen") + line_end() + list(gap_sentences(subject.report.gaps), "sentences");
    if (!subject.report.delegations.empty())
        content += element("h3", "Asked of others on this machine") + line_end() +
                   list(delegation_sentences(subject.report), "sentences");
    return section("limits", "Limits", content + box);
}

Html verification(const PageSubject& subject, const std::string& digest)
{
    Html content = element("p", "This page was made from a report.json with the SHA-256") + line_end();
    content += command(digest);
    if (!subject.report.run) {
        content += element("p", "The same capture, rule packs and version of Waybill give it again:") + line_end();
        content += command("waybill analyze FILE --format json | sha256sum");
        return section("verify", "How to verify this page", content);
    }
    content += element("p",
                       "The first command prints the digest of the one in the case, the second makes it again from "
                       "the packets and the rule packs that the case holds. Either is the same digest, unless the "
                       "page was made with other packs (--rules).") +
               line_end();
    content += command("sha256sum CASE/data/report.json");
    content += command("waybill report CASE --format json | sha256sum");
    content += element("p", "Of a sealed case, these check every file and who sealed it:") + line_end();
    content += command("cd CASE && sha256sum -c manifest-sha256.txt");
    content += command("waybill verify CASE --key FILE.pub");
    return section("verify", "How to verify this page", content);
}

}  // namespace waybill::html
