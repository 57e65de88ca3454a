#include "cli/annotator.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "report/units.h"
#include "rules/rate.h"

namespace waybill {
namespace {

using logs::LogRecord;

/// Of a format without columns the line as it stands.
const std::vector<std::string> text_column{"text"};

rules::EndpointQuery query_of(const logs::LoggedEndpoint& endpoint)
{
    rules::EndpointQuery query;
    query.host = endpoint.host;
    if (!endpoint.host)
        query.address = endpoint.address;
    query.port = endpoint.port;
    query.transport = endpoint.transport;
    return query;
}

/// What is said of every endpoint without a rule.
std::string not_found_text(const rules::RuleBook& book)
{
    std::optional<rules::Date> latest;
    for (const rules::Pack& pack : book.packs())
        latest = std::max(latest.value_or(rules::Date{}), rules::read_dates(pack).latest);
    if (!latest)
        return "no rule pack is loaded";
    return fmt::format("not found in the sources cited by the {} packs in force, read up to {}", book.packs().size(),
                       rules::text(*latest));
}

}  // namespace

std::string LineCounts::text() const
{
    return fmt::format(
        "{} read, {} with an endpoint, {} rated, {} without a rule, {} not understood, {} without an endpoint",
        count_text(read, "line", "lines"), with_endpoint(), rated, without_rule, not_understood, without_endpoint);
}

Annotator::Annotator(const rules::RuleBook& book, rules::Date as_of, Write write)
    : book_{book}, as_of_{as_of}, write_{std::move(write)}, not_found_{not_found_text(book)}
{
}

void Annotator::begin(std::string file, std::optional<AnnotationOutput> output)
{
    file_ = std::move(file);
    if (first_file_.empty())
        first_file_ = file_;
    if (!output_)
        output_ = output;
}

const RuleFacts& Annotator::facts_of(const rules::RuleCandidate& match)
{
    const auto [entry, is_new] = facts_.try_emplace(match.rule);
    RuleFacts& facts = entry->second;
    if (is_new) {
        facts.rating = rules::rating_of(match, as_of_);
        facts.pack_version = rules::text(match.pack->version);
    }
    return facts;
}

Annotation Annotator::annotation_of(const logs::LoggedLine& line)
{
    const LogRecord& record = line.record;
    Annotation annotation;
    annotation.file = file_;
    annotation.line = line.line;
    annotation.problem = record.problem;
    if (record.kind != LogRecord::Kind::endpoint)
        return annotation;
    if (record.endpoint.host)
        annotation.host = record.endpoint.host->text();
    annotation.address = record.endpoint.address;
    annotation.port = record.endpoint.port;
    annotation.transport = record.endpoint.transport;
    annotation.name_source = logs::text(record.endpoint.named_by);
    annotation.reverse_name = record.reverse_name;
    annotation.owner = {record.owner.process, record.owner.pid, record.owner.user, record.owner.device};
    annotation.not_found = not_found_;
    return annotation;
}

void Annotator::count(const LogRecord& record, const Annotation& annotation)
{
    ++counts_.read;
    switch (record.kind) {
        case LogRecord::Kind::endpoint:
            ++(annotation.rule == nullptr ? counts_.without_rule : counts_.rated);
            break;
        case LogRecord::Kind::not_understood:
            ++counts_.not_understood;
            break;
        case LogRecord::Kind::nothing:
        case LogRecord::Kind::header:
            ++counts_.without_endpoint;
            break;
    }
}

void Annotator::set_columns(const std::vector<std::string>& columns, std::uint64_t line)
{
    if (columns_ && *columns_ != columns)
        failure_ = {ExitCode::input_not_understood,
                    fmt::format("{}: line {}: its columns are not those that {} begins with, so one table cannot hold "
                                "both; annotate them apart, or with --output ndjson",
                                file_, line, first_file_)};
    if (columns_)
        return;
    columns_ = columns;
    append_annotation_headings(csv_, columns);
}

void Annotator::add_row(const logs::LoggedLine& line, logs::LogFormat format, const Annotation& annotation)
{
    const LogRecord& record = line.record;
    if (record.kind == LogRecord::Kind::header) {
        set_columns(record.fields, line.line);
        return;
    }
    if (record.kind == LogRecord::Kind::nothing && record.fields.empty())
        return;
    const bool is_table = format == logs::LogFormat::csv || format == logs::LogFormat::zeek;
    if (!columns_ && is_table)
        return;  // before the headings: of no table
    if (!columns_)
        set_columns(text_column, line.line);
    const bool fits = !record.fields.empty() && record.fields.size() <= columns_->size();
    const std::vector<std::string> text{std::string{line.text}};  // also of a row that the columns cannot hold
    append_annotation_row(csv_, fits ? record.fields : text, columns_->size(), annotation);
}

void Annotator::add(const logs::LoggedLine& line, logs::LogFormat format)
{
    if (!output_)
        output_ = format == logs::LogFormat::csv ? AnnotationOutput::csv : AnnotationOutput::ndjson;
    if (failure_)
        return;
    Annotation annotation = annotation_of(line);
    std::optional<rules::RuleCandidate> match;
    std::string overrides;
    const rules::EndpointQuery asked = query_of(line.record.endpoint);
    if (annotation.has_endpoint())
        match = book_.decide(asked);
    if (match) {
        annotation.rule = &facts_of(*match);
        annotation.pattern = match->why.pattern;
        overrides = rules::overridden(book_, asked, *match);
        annotation.overrides = overrides;
    }
    count(line.record, annotation);
    switch (*output_) {
        case AnnotationOutput::csv:
            add_row(line, format, annotation);
            break;
        case AnnotationOutput::ndjson:
            if (annotation.has_endpoint() || !annotation.problem.empty())
                append_annotation_json(json_, annotation);
            break;
        case AnnotationOutput::summary:
            if (annotation.has_endpoint())
                table_.add(annotation);
            break;
    }
    constexpr std::size_t enough = std::size_t{64} * 1024;
    if (csv_.size() + json_.size() >= enough)
        flush();
}

void Annotator::flush()
{
    if (!csv_.empty())
        write_(csv_);
    if (json_.size() > 0)
        write_(json_.text());
    csv_.clear();
    json_.clear();
}

void Annotator::finish()
{
    if (output_ == AnnotationOutput::summary && counts_.with_endpoint() > 0)
        write_(table_.text(not_found_));
    flush();
}

}  // namespace waybill
