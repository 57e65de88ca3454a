// When (declared in report/html/sections.h).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "report/columns.h"
#include "report/html/sections.h"
#include "report/html/table.h"
#include "report/owner_words.h"
#include "report/phase_table.h"
#include "report/units.h"
#include "report/words.h"

namespace waybill::html {
namespace {

using std::chrono::nanoseconds;

constexpr int lane_height = 30;
constexpr int axis_height = 22;
constexpr int mark_height = 16;  // of a line of labels
constexpr std::size_t mark_lines = 3;
constexpr std::size_t most_lanes = 20;
constexpr std::size_t most_contacts = 400;

/// Where moments stand on the line, in hundredths of its width.
class Scale {
public:
    explicit Scale(const Report& report) : begin_{beginning_of(report)}
    {
        Timestamp end = report.run ? report.run->ended : report.totals.last.value_or(begin_);
        for (const RatedContact& rated : report.contacts)
            end = std::max(end, rated.contact.last);
        length_ = std::max(time_between(begin_, end), nanoseconds{1});
    }

    double place(Timestamp time) const
    {
        const auto since = static_cast<double>(time_between(begin_, time).count());
        return std::clamp(100 * since / static_cast<double>(length_.count()), 0.0, 100.0);
    }
    std::string at(Timestamp time) const { return fmt::format("{:.2f}%", place(time)); }
    Timestamp begin() const { return begin_; }
    nanoseconds length() const { return length_; }

private:
    Timestamp begin_;
    nanoseconds length_{1};
};

/// A length that divides the line into four to ten parts: 1, 2 or 5 times a power of ten; of minutes and hours 1, 5, …
nanoseconds step_of(nanoseconds length)
{
    constexpr std::array minutes{60LL, 300LL, 600LL, 1'800LL, 3'600LL, 10'800LL, 21'600LL, 43'200LL, 86'400LL};
    constexpr std::int64_t most_parts = 8;
    constexpr std::int64_t second = 1'000'000'000;
    for (std::int64_t power = 1; power <= 10 * second; power *= 10)
        for (const std::int64_t factor : {1, 2, 5})
            if (factor * power < 60 * second && length.count() / (factor * power) <= most_parts)
                return nanoseconds{factor * power};
    for (const std::int64_t seconds : minutes)
        if (length.count() / (seconds * second) <= most_parts)
            return nanoseconds{seconds * second};
    return length / most_parts;
}

struct Lane {
    std::string program;
    std::vector<const RatedContact*> contacts;
};

std::vector<const RatedContact*> by_time(const Report& report)
{
    std::vector<const RatedContact*> contacts;
    contacts.reserve(report.contacts.size());
    for (const RatedContact& rated : report.contacts)
        contacts.push_back(&rated);
    std::ranges::sort(contacts, {},
                      [](const RatedContact* rated) { return std::pair{rated->contact.first, rated->contact.id}; });
    return contacts;
}

/// A lane for each program, in the order in which they first contacted somebody; the rest share the last.
std::vector<Lane> lanes_of(const Report& report, const std::vector<const RatedContact*>& contacts)
{
    std::vector<Lane> lanes;
    std::map<std::string, std::size_t> places;
    for (const RatedContact* const rated : contacts) {
        const std::string program =
            report.processes.empty() ? "all" : owner_text(rated->contact.owner, report.processes);
        const auto [place, is_new] = places.try_emplace(program, std::min(lanes.size(), most_lanes - 1));
        if (is_new && place->second == lanes.size())
            lanes.push_back({program, {}});
        else if (is_new)
            lanes[place->second].program = "other programs";
        lanes[place->second].contacts.push_back(rated);
    }
    return lanes;
}

Html line(std::string_view kind, const std::string& x, int from, int to)
{
    return element(
        "line",
        {{"class", std::string{kind}}, {"x1", x}, {"x2", x}, {"y1", std::to_string(from)}, {"y2", std::to_string(to)}},
        Html{});
}

Html label(std::string_view kind, const std::string& x, int y, std::string_view words)
{
    return element("text", {{"class", std::string{kind}}, {"x", x}, {"y", std::to_string(y)}}, words);
}

/// A tick where it began, and a line up to its last packet.
Html contact_shape(const Report& report, const RatedContact& rated, const Scale& scale, int y)
{
    constexpr int height = 9;
    constexpr double latest_word = 90;  // behind it there is no room for one
    const Contact& contact = rated.contact;
    const std::string rhythm = rhythm_text(contact);
    const std::string middle = std::to_string(y + height / 2);
    const std::string says =
        fmt::format("{}, {}, {}{}", endpoint_text(contact), first_text(contact.first - scale.begin()),
                    purposes_text(rated.rating), rhythm.empty() ? "" : ", " + rhythm);
    Html shape = element("title", says);
    if (scale.place(contact.last) - scale.place(contact.first) > 0.1)
        shape += element("line",
                         {{"class", rhythm.empty() ? "span" : "span rhythm"},
                          {"x1", scale.at(contact.first)},
                          {"x2", scale.at(contact.last)},
                          {"y1", middle},
                          {"y2", middle}},
                         Html{});
    shape += line("tick", scale.at(contact.first), y, y + height);
    if (!rhythm.empty() && scale.place(contact.last) < latest_word)
        shape += label("rhythm-word", scale.at(contact.last), y + height,
                       "every " + duration_text(contact.intervals->median));
    return element("g", {{"class", purpose_class(report, rated.rating)}}, shape) + line_end();
}

Html lane_shapes(const Report& report, const Lane& lane, const Scale& scale, int top)
{
    constexpr int levels = 3;
    constexpr int level_height = 9;
    Html shapes = element(
        "rect",
        {{"class", "lane"}, {"width", "100%"}, {"y", std::to_string(top)}, {"height", std::to_string(lane_height - 2)}},
        Html{});
    int level = 0;
    for (const RatedContact* const rated : lane.contacts) {
        shapes += contact_shape(report, *rated, scale, top + level_height * level);
        level = (level + 1) % levels;
    }
    return shapes;
}

/// Marks and the command's end as lines over all lanes, with their labels above.
Html phase_shapes(const Report& report, const Scale& scale, int bottom)
{
    constexpr std::size_t label_columns = 28;
    constexpr double late = 75;  // from here on a label stands before its line
    Html shapes;
    std::size_t row = 0;
    for (const PhaseTotal& total : report.phases) {
        if (total.phase.opening == Phase::Opening::recording)
            continue;
        const std::string x = scale.at(total.phase.begin);
        const std::string words = total.phase.opening == Phase::Opening::mark
                                      ? shortened(printable(total.phase.label), label_columns)
                                      : "command ended";
        const int y = static_cast<int>(row++ % mark_lines) * mark_height;
        shapes += line("mark", x, y, bottom);
        shapes += label(scale.place(total.phase.begin) > late ? "mark-word before" : "mark-word", x, y + 12, words);
    }
    return shapes;
}

Html axis_shapes(const Scale& scale, int top, int bottom)
{
    Html shapes;
    const nanoseconds step = step_of(scale.length());
    for (nanoseconds since{0}; since <= scale.length(); since += step) {  // ends: the step is at least an eighth
        const std::string x = scale.at(scale.begin() + since);
        shapes += line("grid", x, top, bottom);
        const bool is_first = since.count() == 0;
        const bool is_last = scale.length() - since < step / 2;
        shapes += label(is_first  ? "time"
                        : is_last ? "time end"
                                  : "time middle",
                        x, bottom + 16, since.count() == 0 ? "0" : first_text(since));
    }
    return shapes;
}

Html chart(const Report& report, const std::vector<Lane>& lanes, std::string_view caption)
{
    const Scale scale{report};
    const auto marks = static_cast<std::size_t>(std::ranges::count_if(
        report.phases, [](const PhaseTotal& total) { return total.phase.opening != Phase::Opening::recording; }));
    const int top = static_cast<int>(std::min(marks, mark_lines)) * mark_height;
    const int bottom = top + static_cast<int>(lanes.size()) * lane_height;
    Html shapes;
    Html names;
    int y = top;
    Html contacts;
    for (const Lane& lane : lanes) {
        names += element("div", lane.program) + line_end();
        contacts += lane_shapes(report, lane, scale, y);
        y += lane_height;
    }
    shapes += axis_shapes(scale, top, bottom);
    shapes += contacts;
    shapes += phase_shapes(report, scale, bottom);
    const std::string description = fmt::format(
        "{} in {}, {}; the table below has the same.", count_text(report.contacts.size(), "contact", "contacts"),
        count_text(lanes.size(), "lane", "lanes"), duration_text(scale.length()));
    const Html picture =
        element("svg",
                {{"width", "100%"},
                 {"height", std::to_string(bottom + axis_height)},
                 {"role", "img"},
                 {"aria-labelledby", "time-title"}},
                element("title", {{"id", "time-title"}}, caption) + element("desc", description) + shapes);
    return movable(caption, element("div", {{"class", fmt::format("lanes m{}", std::min(marks, mark_lines))}},
                                    element("div", {{"class", "names"}, {"aria-hidden", "true"}}, names) + picture));
}

Html contact_table(const Report& report, const std::vector<const RatedContact*>& contacts)
{
    std::vector<TableRow> rows;
    const std::size_t listed = std::min(contacts.size(), most_contacts);
    const Timestamp begin = beginning_of(report);
    for (std::size_t i = 0; i < listed; ++i) {
        const Contact& contact = contacts[i]->contact;
        const std::string rhythm = rhythm_text(contact);
        TableRow row{{{text(first_text(contact.first - begin)), {}, "n"}}};
        row.cells.push_back({text(first_text(contact.last - begin))});
        row.cells.push_back(cell(endpoint_text(contact)));
        row.cells.push_back(cell(owner_text(contact.owner, report.processes)));
        row.cells.push_back(cell(std::to_string(contact.flow_count)));
        row.cells.push_back(cell(rhythm.empty() ? "-" : rhythm));
        rows.push_back(std::move(row));
    }
    const TableHead head{"time-table",
                         "",
                         "First and last packet of each contact, in the order of time",
                         {{"First", Column::Kind::number},
                          {"Last", Column::Kind::number},
                          {"Endpoint"},
                          {"By"},
                          {"Flows", Column::Kind::number},
                          {"Even intervals"}},
                         TableHead::Use::plain};
    Html content = table(head, rows);
    if (listed < contacts.size())
        content +=
            element("p", {{"class", "legend"}}, fmt::format("{} more are in report.json.", contacts.size() - listed));
    return folded("The time line as a table, with intervals", content);
}

/// "PAYLOAD OUT" as a heading of the page.
std::string heading_of(std::string words)
{
    for (std::size_t i = 1; i < words.size(); ++i)
        if (words[i] >= 'A' && words[i] <= 'Z')
            words[i] = static_cast<char>(words[i] - 'A' + 'a');
    return words;
}

Html phase_table(const Report& report)
{
    if (!shows_phases(report))
        return {};
    const PhaseCells cells = phase_cells(report);
    TableHead head{"phases-table", "", "What was contacted in each phase", {}, TableHead::Use::plain};
    for (const std::string& heading : cells.rows.front())
        head.columns.push_back({heading_of(heading), heading == "PHASE" || heading == "ENDPOINTS"
                                                         ? Column::Kind::words
                                                         : Column::Kind::number});
    std::vector<TableRow> rows;
    for (std::size_t i = 1; i < cells.rows.size(); ++i) {
        TableRow row;
        for (const std::string& each : cells.rows[i])
            row.cells.push_back(cell(each));
        rows.push_back(std::move(row));
    }
    return table(head, rows) + list(cells.sentences, "legend");
}

}  // namespace

Html time_line(const PageSubject& subject)
{
    const Report& report = subject.report;
    if (report.contacts.empty())
        return {};
    const std::vector<const RatedContact*> contacts = by_time(report);
    const std::string caption =
        report.processes.empty() ? "First contacts over time" : "First contacts over time, a lane for each program";
    std::vector<const RatedContact*> drawn = contacts;
    drawn.resize(std::min(drawn.size(), most_contacts));
    return section(
        "time", "When",
        chart(report, lanes_of(report, drawn), caption) + phase_table(report) + contact_table(report, contacts));
}

}  // namespace waybill::html
