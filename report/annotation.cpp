#include "report/annotation.h"

#include <array>
#include <ranges>
#include <string>

#include "base/csv_cell.h"
#include "base/joined.h"
#include "base/json_writer.h"
#include "model/purpose.h"

namespace waybill {
namespace {

constexpr std::uint64_t format_version = 1;

constexpr std::array<std::string_view, 27> headings{"file",
                                                    "line",
                                                    "host",
                                                    "address",
                                                    "port",
                                                    "transport",
                                                    "name_source",
                                                    "reverse_name",
                                                    "cited",
                                                    "purposes",
                                                    "vendor",
                                                    "products",
                                                    "operators",
                                                    "rule",
                                                    "pattern",
                                                    "overrides",
                                                    "statement",
                                                    "source_grade",
                                                    "source_url",
                                                    "source_read",
                                                    "source_age_days",
                                                    "source_read_via",
                                                    "asserted_process",
                                                    "asserted_pid",
                                                    "asserted_user",
                                                    "asserted_device",
                                                    "problem"};

void write_text_or_null(JsonWriter& json, std::string_view key, std::string_view text)
{
    text.empty() ? json.null(key) : json.text(key, text);
}

void write_owner(JsonWriter& json, const AssertedOwner& owner)
{
    if (owner.is_empty()) {
        json.null("asserted_owner");
        return;
    }
    json.begin_object("asserted_owner");
    write_text_or_null(json, "process", owner.process);
    owner.pid ? json.number("pid", *owner.pid) : json.null("pid");
    write_text_or_null(json, "user", owner.user);
    write_text_or_null(json, "device", owner.device);
    json.end_object();
}

void write_endpoint(JsonWriter& json, const Annotation& annotation)
{
    write_text_or_null(json, "host", annotation.host);
    const bool has_address = annotation.address.family() != IpAddress::Family::none;
    write_text_or_null(json, "address", has_address ? annotation.address.text() : std::string{});
    annotation.port ? json.number("port", number(*annotation.port)) : json.null("port");
    write_text_or_null(json, "transport", annotation.transport ? text(*annotation.transport) : std::string_view{});
    write_text_or_null(json, "name_source", annotation.name_source);
    write_text_or_null(json, "reverse_name", annotation.reverse_name);
}

void write_source(JsonWriter& json, const RuleFacts* rule)
{
    if (rule == nullptr || rule->rating.sources.empty()) {
        json.null("source");
        return;
    }
    const RatingSource& source = rule->rating.sources.front();
    json.begin_object("source");
    json.text("title", source.title);
    json.text("url", source.url);
    json.text("grade", source.grade);
    json.text("read", source.read);
    json.members(R"("age_days":)", std::string_view{std::to_string(source.age_days)}, ",");
    write_text_or_null(json, "read_via", source.read_via);
    json.end_object();
}

void write_rating(JsonWriter& json, const Annotation& annotation)
{
    static const RuleFacts none;  // its purposes are unknown
    const RuleFacts& facts = annotation.rule == nullptr ? none : *annotation.rule;
    json.boolean("cited", facts.rating.is_cited());
    json.begin_array("purposes");
    for (const Purpose purpose : facts.rating.purposes)
        json.word(text(purpose));
    json.end_array();
    write_text_or_null(json, "vendor", facts.rating.vendor);
    json.begin_array("products");
    for (const std::string& product : facts.rating.products)
        json.text(product);
    json.end_array();
    json.begin_array("operators");
    for (const std::string& each : facts.rating.operators)
        json.text(each);
    json.end_array();
    write_text_or_null(json, "rule", facts.rating.rule);
    write_text_or_null(json, "pack", facts.rating.pack);
    write_text_or_null(json, "pack_version", facts.pack_version);
    write_text_or_null(json, "pattern", annotation.pattern);
    write_text_or_null(json, "overrides", annotation.overrides);
    json.text("statement", annotation.rule == nullptr ? annotation.not_found : facts.rating.statement);
    write_source(json, annotation.rule);
}

constexpr std::string_view between = "; ";  // texts in one cell

/// A row that grows cell by cell.
class Row {
public:
    explicit Row(std::string& out) : out_{out} {}

    void add(std::string_view cell)
    {
        if (!is_first_)
            out_ += ',';
        is_first_ = false;
        append_csv_cell(out_, cell);
    }
    /// A number of ours, which is no formula.
    void add_number(std::optional<std::int64_t> number)
    {
        out_ += is_first_ ? "" : ",";
        is_first_ = false;
        out_ += number ? std::to_string(*number) : std::string{};
    }
    void end() { out_ += "\r\n"; }

private:
    std::string& out_;
    bool is_first_ = true;
};

void add_rating(Row& row, const Annotation& annotation)
{
    static const RuleFacts none;
    const RuleFacts& facts = annotation.rule == nullptr ? none : *annotation.rule;
    const bool has_endpoint = annotation.has_endpoint();
    row.add(!has_endpoint ? "" : facts.rating.is_cited() ? "yes" : "no");
    row.add(
        has_endpoint
            ? joined(facts.rating.purposes | std::views::transform([](Purpose each) { return text(each); }), between)
            : std::string{});
    row.add(facts.rating.vendor);
    row.add(joined(facts.rating.products, between));
    row.add(joined(facts.rating.operators, between));
    row.add(facts.rating.rule);
    row.add(annotation.pattern);
    row.add(annotation.overrides);
    row.add(annotation.rule != nullptr ? facts.rating.statement : has_endpoint ? annotation.not_found : "");
    const bool has_source = !facts.rating.sources.empty();
    const RatingSource source = has_source ? facts.rating.sources.front() : RatingSource{};
    row.add(source.grade);
    row.add(source.url);
    row.add(source.read);
    row.add_number(has_source ? std::optional<std::int64_t>{source.age_days} : std::nullopt);
    row.add(source.read_via);
}

}  // namespace

void append_annotation_json(TextBuffer& out, const Annotation& annotation)
{
    JsonWriter json{out};
    json.begin_line();
    json.word("type", "annotation");
    json.number("v", format_version);
    json.text("file", annotation.file);
    json.number("line", annotation.line);
    if (annotation.problem.empty()) {
        write_endpoint(json, annotation);
        write_rating(json, annotation);
        write_owner(json, annotation.owner);
    } else {
        json.text("problem", annotation.problem);
    }
    json.end_line();
}

void append_annotation_headings(std::string& out, std::span<const std::string> original)
{
    Row row{out};
    for (const std::string& heading : original)
        row.add(heading);
    for (const std::string_view heading : headings)
        row.add("waybill_" + std::string{heading});
    row.end();
}

void append_annotation_row(std::string& out, std::span<const std::string> original, std::size_t columns,
                           const Annotation& annotation)
{
    const AssertedOwner& owner = annotation.owner;
    Row row{out};
    for (std::size_t column = 0; column < columns; ++column)
        row.add(column < original.size() ? std::string_view{original[column]} : std::string_view{});
    row.add(annotation.file);
    row.add_number(static_cast<std::int64_t>(annotation.line));
    row.add(annotation.host);
    row.add(annotation.address.family() == IpAddress::Family::none ? std::string{} : annotation.address.text());
    row.add_number(annotation.port ? std::optional<std::int64_t>{number(*annotation.port)} : std::nullopt);
    row.add(annotation.transport ? text(*annotation.transport) : std::string_view{});
    row.add(annotation.name_source);
    row.add(annotation.reverse_name);
    add_rating(row, annotation);
    row.add(owner.process);
    row.add_number(owner.pid ? std::optional{static_cast<std::int64_t>(*owner.pid)} : std::nullopt);
    row.add(owner.user);
    row.add(owner.device);
    row.add(annotation.problem);
    row.end();
}

}  // namespace waybill
