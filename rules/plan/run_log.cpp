#include "rules/plan/run_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/json_object.h"
#include "base/json_writer.h"
#include "base/text_buffer.h"
#include "model/plan.h"

namespace waybill::rules {
namespace {

constexpr std::uint64_t most_runs = std::uint64_t{Plan::most_repeats} * Plan::most_arms;
constexpr std::uint64_t most_status = 255;

Timestamp time(JsonObject& in, std::string_view name)
{
    const auto time = from_rfc3339(in.text(name));
    if (!time)
        in.fail(name, "it must be a time such as 2026-11-22T19:18:41.000000001Z");
    return time.value_or(Timestamp{});
}

std::expected<RunRecord, FieldError> parse_line(std::string_view line)
{
    const auto document = JsonDocument::parse(line);
    if (!document)
        return std::unexpected(document.error());
    std::optional<FieldError> error;
    const JsonPlace root;
    JsonObject in{{&*document, 0}, root, error};
    RunRecord record;
    const auto run = in.optional_count("run").value_or(0);
    if (run < 1 || run > most_runs)
        in.fail("run", "it must be the number of a run, from 1");
    record.number = static_cast<std::uint32_t>(std::min(run, most_runs));
    record.arm = in.text("arm");
    record.began = time(in, "began");
    record.ended = time(in, "ended");
    const auto status = in.optional_count("status").value_or(most_status + 1);
    if (status > most_status)
        in.fail("status", "it must be an exit status, 0 to 255");
    record.status = static_cast<int>(std::min(status, most_status));
    in.each("environment", [&](JsonValue element, const JsonPlace& where) {
        JsonObject variable{element, where, error};
        const std::string_view name = variable.text("name");
        record.environment.emplace_back(name, variable.text("value"));
        variable.finish();
    });
    in.finish();
    if (error)
        return std::unexpected(*std::move(error));
    return record;
}

}  // namespace

std::expected<std::vector<RunRecord>, FieldError> parse_run_log(std::string_view octets)
{
    std::vector<RunRecord> records;
    for (std::size_t number = 1;; ++number) {  // each turn takes a line, which is not empty
        const std::size_t end = octets.find('\n');
        if (end == std::string_view::npos)
            return records;
        auto record = parse_line(octets.substr(0, end));
        if (!record) {
            FieldError& error = record.error();
            error.where = fmt::format("line {}{}{}", number, error.where.empty() ? "" : ": ", error.where);
            return std::unexpected(std::move(error));
        }
        records.push_back(*std::move(record));
        octets.remove_prefix(end + 1);
    }
}

std::string run_log_line(const RunRecord& record)
{
    TextBuffer text;
    JsonWriter out{text};
    out.begin_line();
    out.number("run", record.number);
    out.text("arm", record.arm);
    out.text("began", to_rfc3339(record.began));
    out.text("ended", to_rfc3339(record.ended));
    out.number("status", static_cast<std::uint64_t>(record.status));
    out.begin_array("environment");
    for (const auto& [name, value] : record.environment) {
        out.begin_object();
        out.text("name", name);
        out.text("value", value);
        out.end_object();
    }
    out.end_array();
    out.end_line();
    return std::string{text.text()};
}

}  // namespace waybill::rules
