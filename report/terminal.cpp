#include "report/terminal.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "report/columns.h"
#include "report/endpoint_rows.h"
#include "report/endpoint_table.h"
#include "report/finding_words.h"
#include "report/folding.h"
#include "report/owner_words.h"
#include "report/phase_table.h"
#include "report/proxy_words.h"
#include "report/terminal_text.h"
#include "report/units.h"
#include "report/words.h"

namespace waybill {
namespace {

constexpr std::size_t margin = TerminalText::margin;
using Paint = TerminalText::Paint;

/// The summary in lines of at most `columns`, broken at its dots where that suffices.
std::vector<std::string> summary_lines(std::string_view summary, std::size_t columns)
{
    constexpr std::string_view dot = " · ";
    std::vector<std::string> lines;
    std::string line;
    while (!summary.empty()) {  // every turn takes a part
        const std::string_view part = summary.substr(0, summary.find(dot));
        summary.remove_prefix(std::min(part.size() + dot.size(), summary.size()));
        const std::string longer = line.empty() ? std::string{part} : fmt::format("{}{}{}", line, dot, part);
        if (!line.empty() && display_width(longer) > columns) {
            lines.push_back(std::move(line));
            line = part;
        } else {
            line = longer;
        }
    }
    lines.push_back(std::move(line));
    return lines;
}

class Page {
public:
    Page(const Report& report, const TerminalStyle& style)
        : report_{report}, style_{style}, text_{style}, rows_{style.all ? unfolded(report) : fold(report, {})}
    {
    }

    std::string text()
    {
        add_head();
        add_findings();
        if (report_.contacts.empty())
            add_nothing();
        else
            add_table();
        if (shows_phases(report_))
            add_phases();
        add_footnotes();
        if (const std::string compared = cross_check_sentence(report_); !compared.empty())
            add_box("Cross-check", {compared});
        if (!report_.delegations.empty())
            add_box("Asked of others", delegation_sentences(report_));
        add_box("Not seen", gap_sentences(report_.gaps));
        add_box("Cannot be answered", {cannot_be_answered.begin(), cannot_be_answered.end()});
        text_.line();
        add_next();
        return text_.take();
    }

private:
    bool is_sinkhole() const { return report_.run && report_.run->mode == NetworkMode::sinkhole; }
    void add_box(std::string_view title, const std::vector<std::string>& entries)
    {
        constexpr std::size_t title_columns = 20;
        text_.add_box(title, entries, title_columns);
    }

    void add_head();
    void add_findings();
    void add_nothing();
    void add_table();
    void add_phases();
    void add_footnotes();
    void add_next();
    std::string purpose_of(const Row& row);

    const Report& report_;
    const TerminalStyle style_;
    TerminalText text_;
    const std::vector<Row> rows_;
    Volumes shown_ = Volumes::out_and_in;  // what the table, which comes before, decides
    Footnotes notes_;
};

void Page::add_head()
{
    constexpr std::size_t least_subject = 48;
    if (report_.run)
        text_.line();  // the command's own output stands before it
    const std::string right = circumstances(report_);
    const std::string whole = subject_text(report_);
    const std::size_t right_columns = display_width(right) + margin;
    const bool fits = right_columns + std::min(display_width(whole), least_subject) <= text_.columns();
    const std::size_t room = fits ? text_.columns() - right_columns : text_.columns();
    if (fits && (!style_.all || display_width(whole) <= room)) {
        const std::string left = shortened(whole, room);
        text_.line(text_.painted(Paint::strong, left) +
                   std::string(text_.columns() - display_width(left) - display_width(right), ' ') + right);
    } else {
        for (const std::string& part :
             style_.all ? wrapped(whole, text_.columns()) : std::vector{shortened(whole, text_.columns())})
            text_.line(text_.painted(Paint::strong, part));
        text_.line(right);
    }
    for (const std::string& part : summary_lines(summary_sentence(report_), text_.columns()))
        text_.line(part);
    if (const std::string note = hand_over_note(report_); !note.empty())
        for (const std::string& part : wrapped(note, text_.columns()))
            text_.line(text_.painted(Paint::strong, part));
    if (const std::string note = recipe_note(report_); !note.empty())
        for (const std::string& part : wrapped(note, text_.columns()))
            text_.line(part);
    if (const std::string note = failure_note(report_); !note.empty())
        for (const std::string& part : wrapped(note, text_.columns()))
            text_.line(part);
    text_.line();
}

void Page::add_findings()
{
    for (const FindingGroup& group : finding_groups(report_)) {
        add_box(group.heading, group.sentences);
        text_.line();
    }
}

void Page::add_nothing()
{
    for (const std::string& sentence : no_contact_sentences(report_))
        text_.add_indented(sentence);
    text_.line();
}

std::string Page::purpose_of(const Row& row)
{
    if (row.kind == Row::Kind::unlisted_cited)
        return "various";
    const Rating& rating = row.first->rating;
    if (!rating.is_cited())
        return "no cited purpose";
    std::string purposes{waybill::text(rating.purposes.front())};
    if (rating.purposes.size() > 1)
        purposes += fmt::format(" +{}", rating.purposes.size() - 1);
    return purposes + " " + superscript(notes_.number_of(rating));
}

void Page::add_table()
{
    std::vector<EndpointRow> rows;
    rows.reserve(rows_.size());
    const auto side = report_.processes.empty() ? TableLayout::Side::vendor : TableLayout::Side::program;
    const auto cells = style_.all ? TableLayout::Cells::whole : TableLayout::Cells::shortened;
    for (const Row& row : rows_) {
        rows.push_back(endpoint_row(row, report_, cells));
        rows.back().purpose = purpose_of(row);
    }
    const EndpointTable table = endpoint_table(rows, {text_.columns() - margin, cells, !is_sinkhole(), side});
    shown_ = table.shows_in ? Volumes::out_and_in : Volumes::out;
    for (const TableLine& row : table.lines) {
        const Paint paint = row.part == TableLine::Part::head      ? Paint::strong
                            : row.part == TableLine::Part::uncited ? Paint::calm
                                                                   : Paint::none;
        text_.line(std::string(margin, ' ') + text_.painted(paint, row.text));
    }
    text_.line();
}

void Page::add_phases()
{
    const PhaseLines phases = phase_lines(report_);
    Paint paint = Paint::strong;
    for (const std::string& row : phases.table) {
        text_.line(std::string(margin, ' ') + text_.painted(paint, row));
        paint = Paint::none;
    }
    for (const std::string& sentence : phases.sentences)
        text_.add_indented(sentence);
    text_.line();
}

void Page::add_footnotes()
{
    constexpr std::size_t widest_rule = 28;
    constexpr std::size_t least_text = 60;
    std::size_t rule_columns = 0;
    for (const Rating* const note : notes_.ratings())
        rule_columns = std::max(rule_columns, std::min(display_width(printable(note->rule)), widest_rule));
    const std::size_t mark_columns = display_width(superscript(notes_.ratings().size())) + 1;
    std::size_t indent = margin + mark_columns + rule_columns + Columns::gap;
    if (indent + least_text > text_.columns())
        indent = margin + mark_columns;
    for (std::size_t i = 0; i < notes_.ratings().size(); ++i) {
        std::string head = padded(superscript(i + 1), mark_columns) + printable(notes_.ratings()[i]->rule);
        if (margin + display_width(head) + Columns::gap > indent) {
            text_.add_indented(head);
            head.clear();
        }
        for (const std::string& part : wrapped(footnote(*notes_.ratings()[i]), text_.columns() - indent)) {
            text_.line(std::string(margin, ' ') + padded(head, indent - margin) + part);
            head.clear();
        }
    }
    if (report_.uncited() > 0)
        text_.add_indented(uncited_note(report_.rules));
    if (report_.contacts.empty())
        return;
    for (const std::string& sentence : legend(report_, shown_))
        text_.add_indented(sentence);
    for (const std::string& sentence : extension_notes(report_, style_.all ? Named::all : Named::few))
        text_.add_indented(sentence);
    text_.line();
}

/// Commands are not wrapped: they are there to be copied.
void Page::add_next()
{
    std::string_view title = "next";
    for (const std::string& command : next_commands(report_, listing_of(rows_))) {
        text_.line(fmt::format("  {:<6}{}", title, command));
        title = {};
    }
}

}  // namespace

std::string report_to_terminal(const Report& report, const TerminalStyle& style)
{
    return Page{report, style}.text();
}

}  // namespace waybill
