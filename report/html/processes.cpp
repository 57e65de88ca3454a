// Programs by endpoints (declared in report/html/sections.h).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "report/columns.h"
#include "report/html/sections.h"
#include "report/html/table.h"
#include "report/owner_words.h"
#include "report/units.h"
#include "report/words.h"

namespace waybill::html {
namespace {

constexpr std::size_t most_programs = 8;    // columns that a window is wide enough for
constexpr std::size_t most_endpoints = 40;  // the table of endpoints has them all
constexpr std::size_t most_processes = 60;

/// What each program sent to each endpoint.
struct Matrix {
    std::vector<std::string> programs;   ///< those that sent most, first
    std::vector<std::string> endpoints;  ///< in the report's order
    std::map<std::pair<std::string, std::string>, std::uint64_t> out;
    std::uint64_t largest = 0;
};

Matrix matrix_of(const Report& report)
{
    Matrix matrix;
    std::map<std::string, std::uint64_t> sums;
    std::set<std::string> known;
    for (const RatedContact& rated : report.contacts) {
        const std::string program = owner_text(rated.contact.owner, report.processes);
        std::string endpoint = endpoint_text(rated.contact);
        const std::uint64_t out = rated.contact.out.ip_bytes;
        sums[program] += out;
        std::uint64_t& sum = matrix.out[{program, endpoint}];
        sum += out;
        matrix.largest = std::max(matrix.largest, sum);
        if (known.insert(endpoint).second)
            matrix.endpoints.push_back(std::move(endpoint));
    }
    for (const auto& [program, sum] : sums)
        matrix.programs.push_back(program);
    std::ranges::stable_sort(matrix.programs, std::ranges::greater{},
                             [&](const std::string& program) { return sums.at(program); });
    return matrix;
}

/// How dark a cell is: a step for each fourfold.
std::string shade(std::uint64_t value, std::uint64_t largest)
{
    constexpr int darkest = 4;
    int step = darkest;
    while (step > 1 && value * 4 <= largest) {  // each turn is a step
        value *= 4;
        --step;
    }
    return fmt::format("h{}", step);
}

TableRow row_of(const Matrix& matrix, const std::string& endpoint, std::size_t columns)
{
    TableRow row{{{element("code", endpoint)}}};
    for (std::size_t i = 0; i < columns; ++i) {
        const auto found = matrix.out.find({matrix.programs[i], endpoint});
        if (found == matrix.out.end())
            row.cells.push_back({text("-"), "0", "none"});
        else
            row.cells.push_back(
                {text(size_text(found->second)), std::to_string(found->second), shade(found->second, matrix.largest)});
    }
    return row;
}

Html matrix_table(const PageSubject& subject, const Matrix& matrix)
{
    const std::size_t columns = std::min(matrix.programs.size(), most_programs);
    const std::size_t listed = std::min(matrix.endpoints.size(), most_endpoints);
    TableHead head{"processes-table",
                   "matrix",
                   subject.is_sinkhole() ? "IP bytes that each program would have sent to each endpoint"
                                         : "IP bytes that each program sent to each endpoint",
                   {{"Endpoint"}},
                   TableHead::Use::sortable};
    for (std::size_t i = 0; i < columns; ++i)
        head.columns.push_back({matrix.programs[i], Column::Kind::number});
    std::vector<TableRow> rows;
    rows.reserve(listed);
    for (std::size_t i = 0; i < listed; ++i)
        rows.push_back(row_of(matrix, matrix.endpoints[i], columns));
    std::vector<std::string> beside;
    if (listed < matrix.endpoints.size())
        beside.push_back(
            fmt::format("{} in the table of endpoints.",
                        count_text(matrix.endpoints.size() - listed, "more endpoint is", "more endpoints are")));
    if (columns < matrix.programs.size())
        beside.push_back(
            fmt::format("{} in the table of endpoints.",
                        count_text(matrix.programs.size() - columns, "more program is", "more programs are")));
    return table(head, rows) + (beside.empty() ? Html{} : list(beside, "legend"));
}

std::string file_words(const ProgramFile& file)
{
    constexpr std::size_t few = 16;
    return file.sha256.empty() ? file.path : fmt::format("{} (sha256 {}…)", file.path, file.sha256.substr(0, few));
}

TableRow process_row(const Report& report, const Process& process)
{
    constexpr std::size_t command_columns = 240;
    TableRow row{{{text(program_text(process))}}};
    row.cells.push_back(cell(std::to_string(process.pid)));
    row.cells.push_back({element("code", shortened(command_text(process.arguments), command_columns))});
    Html files = text(file_words(process.executable));
    if (process.script)
        files += text(" · script " + file_words(*process.script));
    row.cells.push_back({files});
    const std::string where = process.container.empty() ? process.cgroup : process.container;
    row.cells.push_back(cell(where.empty() ? "-" : where));
    row.cells.push_back({text(first_text(process.start - beginning_of(report)))});
    return row;
}

Html who_they_are(const Report& report)
{
    std::set<std::uint64_t> owners;
    for (const RatedContact& rated : report.contacts)
        owners.insert(rated.contact.owner.process);
    std::vector<TableRow> rows;
    std::size_t more = 0;
    for (const Process& process : report.processes)
        if (owners.contains(process.id) && rows.size() < most_processes)
            rows.push_back(process_row(report, process));
        else if (owners.contains(process.id))
            ++more;
    if (rows.empty())
        return {};
    const TableHead head{"who-table",
                         "who",
                         "The processes behind the contacts; what looked like a secret in their arguments was left out",
                         {{"Program"},
                          {"pid", Column::Kind::number},
                          {"Command line"},
                          {"Executable"},
                          {"cgroup or container"},
                          {"Began", Column::Kind::number}},
                         TableHead::Use::plain};
    Html content = table(head, rows);
    if (more > 0)
        content += element("p", {{"class", "legend"}},
                           count_text(more, "more process is in report.json.", "more processes are in report.json."));
    return folded("Who these programs are: command lines, files and digests", content);
}

}  // namespace

Html processes(const PageSubject& subject)
{
    const Report& report = subject.report;
    if (report.contacts.empty())
        return {};
    if (report.processes.empty())
        return section("processes", "By which program",
                       element("p", {{"class", "legend"}}, "Whose the flows are was not recorded."));
    return section("processes", "By which program", matrix_table(subject, matrix_of(report)) + who_they_are(report));
}

}  // namespace waybill::html
