#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/annotate_command.h"
#include "cli/failure.h"
#include "logs/log_reader.h"
#include "report/annotation.h"
#include "report/annotation_table.h"
#include "rules/rule_book.h"

namespace waybill {

/// Lines of all logs, by what became of them.
struct LineCounts {
    std::uint64_t read = 0;
    std::uint64_t rated = 0;
    std::uint64_t without_rule = 0;
    std::uint64_t without_endpoint = 0;  ///< understood: comments, headers, answers
    std::uint64_t not_understood = 0;

    std::uint64_t with_endpoint() const { return rated + without_rule; }
    bool understood_none() const { return read > 0 && read == not_understood; }
    std::string text() const;  ///< "12 lines read, 9 with an endpoint, …"
};

/// Joins lines of logs with the rules, and writes what comes out.
class Annotator {
public:
    using Write = std::function<void(std::string_view)>;

    /// The book is borrowed for the annotator's life.
    Annotator(const rules::RuleBook& book, rules::Date as_of, Write write);

    /// Begins a log of that name. `output` decides for all logs when it is given with the first one.
    void begin(std::string file, std::optional<AnnotationOutput> output);

    /// Takes a line of it; its format decides the output of all where nobody has.
    void add(const logs::LoggedLine& line, logs::LogFormat format);

    /// Writes what has been held so far.
    void flush();

    /// Writes what can be written at the end alone.
    void finish();

    /// Set when a log has other columns than the first: one table cannot hold both.
    const std::optional<Failure>& failure() const { return failure_; }
    const LineCounts& counts() const { return counts_; }

private:
    void count(const logs::LogRecord& record, const Annotation& annotation);
    Annotation annotation_of(const logs::LoggedLine& line);
    const RuleFacts& facts_of(const rules::RuleCandidate& match);
    void add_row(const logs::LoggedLine& line, logs::LogFormat format, const Annotation& annotation);
    void set_columns(const std::vector<std::string>& columns, std::uint64_t line);

    const rules::RuleBook& book_;
    rules::Date as_of_;
    Write write_;
    std::string file_;
    std::string first_file_;
    std::optional<AnnotationOutput> output_;
    std::string not_found_;
    std::map<const rules::Rule*, RuleFacts> facts_;  // as many as there are rules
    std::optional<std::vector<std::string>> columns_;
    TextBuffer json_;
    std::string csv_;
    AnnotationTable table_;
    LineCounts counts_;
    std::optional<Failure> failure_;
};

}  // namespace waybill
