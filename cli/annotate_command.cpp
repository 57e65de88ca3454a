#include "cli/annotate_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <expected>
#include <utility>

#include "base/file.h"
#include "base/file_descriptor.h"
#include "base/last_error.h"
#include "base/text.h"
#include "cli/annotator.h"
#include "cli/print.h"
#include "cli/rule_folders.h"

namespace waybill {
namespace {

/// Standard output, of which the first failure ends all writing.
class Output {
public:
    void write(std::string_view text)
    {
        if (problem_ == 0 && !write_all(STDOUT_FILENO, text))
            problem_ = errno;
    }
    bool has_failed() const { return problem_ != 0; }
    std::optional<Failure> failure() const
    {
        if (problem_ == 0 || problem_ == EPIPE)  // a reader that has gone away is no error
            return std::nullopt;
        return Failure{ExitCode::input_output, std::string{"standard output: "} + std::strerror(problem_)};
    }

private:
    int problem_ = 0;
};

std::string name_of(const std::filesystem::path& input)
{
    return input == "-" ? "standard input" : input.filename().string();
}

Failure unreadable(const std::filesystem::path& input, const std::error_code& problem)
{
    return {ExitCode::input_not_readable,
            fmt::format("{}: {}", input == "-" ? "standard input" : input.string(), problem.message())};
}

Failure failure_of(const std::filesystem::path& input, const logs::LogError& error)
{
    const ExitCode code =
        error.kind == logs::LogError::Kind::no_such_column ? ExitCode::usage : ExitCode::input_not_understood;
    return {code, fmt::format("{}: {}", name_of(input), error.message)};
}

/// Reads one log to its end, or until nobody wants more.
std::expected<void, Failure> read_log(const std::filesystem::path& input, logs::LogReader& reader, Annotator& annotator,
                                      const Output& output)
{
    FileDescriptor file;
    if (input != "-") {
        file = FileDescriptor{::open(input.c_str(), O_RDONLY | O_CLOEXEC)};
        if (!file)
            return std::unexpected(unreadable(input, last_error()));
    }
    const int descriptor = input == "-" ? STDIN_FILENO : file.get();
    std::array<char, std::size_t{64} * 1024> octets{};
    while (!output.has_failed() && !annotator.failure()) {  // ends with the input
        const ssize_t count = ::read(descriptor, octets.data(), octets.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return std::unexpected(unreadable(input, last_error()));
        const auto added = count == 0 ? reader.finish() : reader.add({octets.data(), static_cast<std::size_t>(count)});
        if (!added)
            return std::unexpected(failure_of(input, added.error()));
        annotator.flush();
        if (count == 0)
            break;
    }
    if (annotator.failure())
        return std::unexpected(*annotator.failure());
    return {};
}

std::expected<void, Failure> read_logs(const AnnotateOptions& options, Annotator& annotator, const Output& output)
{
    for (const auto& input : options.inputs) {
        annotator.begin(name_of(input), options.output);
        logs::LogReader reader{{options.format, options.column, options.field},
                               [&](const logs::LoggedLine& line) { annotator.add(line, *reader.format()); }};
        if (auto read = read_log(input, reader, annotator, output); !read)
            return read;
    }
    return {};
}

std::expected<rules::Date, Failure> date_of(const std::string& text)
{
    if (text.empty())
        return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    const auto date = rules::parse_date(text);
    if (!date)
        return std::unexpected(
            Failure{ExitCode::usage, fmt::format("--as-of: \"{}\" is no date; write it as 2026-08-22", text)});
    return *date;
}

}  // namespace

ExitCode annotate(const AnnotateOptions& options)
{
    const auto as_of = date_of(options.as_of);
    if (!as_of)
        return fail(as_of.error());
    const auto rules = load_rules(options.rules);
    if (!rules)
        return fail(rules.error());
    Output output;
    Annotator annotator{rules->book, *as_of, [&](std::string_view text) { output.write(text); }};
    const auto read = read_logs(options, annotator, output);
    annotator.finish();
    ExitCode code = ExitCode::ok;
    if (output.failure())
        code = fail(*output.failure());
    else if (!read)
        code = fail(read.error());
    else if (annotator.counts().understood_none())
        code = fail({ExitCode::input_not_understood, "no line was understood; say the format with --format"});
    // Nothing is left to do where stderr cannot be written.
    static_cast<void>(write_all(STDERR_FILENO, "waybill: " + annotator.counts().text() + "\n"));
    return code;
}

}  // namespace waybill
