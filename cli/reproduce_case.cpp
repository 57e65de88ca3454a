#include "cli/reproduce_case.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "base/file_descriptor.h"
#include "cli/analyze_case.h"
#include "cli/case_verdict.h"
#include "cli/rule_folders.h"
#include "report/events.h"
#include "report/json.h"

namespace waybill {
namespace {

constexpr std::size_t most_report_octets = std::size_t{1} << 30U;

/// A file that is read beside what it should hold, piece by piece.
class Compared {
public:
    explicit Compared(const std::filesystem::path& path)
        : file_{::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)}
    {
    }

    /// What comes next of what it should hold: whole lines.
    void take(std::string_view expected)
    {
        while (!expected.empty() && !differs_) {  // each turn takes an octet or ends
            const std::string_view piece = read(expected.size());
            differs_ = piece.empty() || !expected.starts_with(piece);
            if (!differs_) {
                line_ += static_cast<std::uint64_t>(std::ranges::count(piece, '\n'));
                expected.remove_prefix(piece.size());
            }
        }
    }

    /// The first line that is another one; nothing where all are the same.
    std::optional<std::uint64_t> differing_line()
    {
        if (!differs_ && file_)
            differs_ = !read(1).empty();
        return differs_ || !file_ ? std::optional{line_ + 1} : std::nullopt;
    }

private:
    std::string_view read(std::size_t most)
    {
        while (true) {  // until it is not interrupted
            const ssize_t got = ::read(file_.get(), room_.data(), std::min(most, room_.size()));
            if (got >= 0 || errno != EINTR)
                return {room_.data(), static_cast<std::size_t>(std::max(got, ssize_t{0}))};
        }
    }

    FileDescriptor file_;
    std::array<char, std::size_t{1} << 16U> room_{};
    std::uint64_t line_ = 0;
    bool differs_ = false;
};

}  // namespace

std::expected<Reproduced, Failure> reproduce_case(const std::filesystem::path& folder)
{
    const auto opened = open_case(folder);
    if (!opened)
        return std::unexpected(opened.error());
    const auto rules = load_rules(*opened, {});
    if (!rules)
        return std::unexpected(rules.error());
    const auto events = std::make_unique<Compared>(opened->events());
    EventWriter writer{[&](std::string_view lines) { events->take(lines); }};
    auto report = analyze_into(writer, *opened, *rules);
    if (!report)
        return std::unexpected(std::move(report.error()));
    writer.flush();
    Reproduced reproduced;
    if (const auto line = events->differing_line())
        reproduced.differences.push_back(
            fmt::format("data/events.ndjson: line {} is not what the recording gives", *line));
    const auto kept = read_regular_file(opened->report(), most_report_octets);
    if (!kept || *kept != report_to_json(*report))
        reproduced.differences.emplace_back("data/report.json: it is not what the recording gives");
    std::error_code problem;
    if (std::filesystem::exists(opened->folder() / sealed_policy, problem) &&
        std::filesystem::exists(opened->folder() / sealed_verdict, problem)) {
        const auto judged = judge_case(*opened, *report, opened->folder() / sealed_policy);
        if (!judged)
            return std::unexpected(judged.error());
        const auto verdict = read_regular_file(opened->folder() / sealed_verdict, most_report_octets);
        if (!verdict || *verdict != judged->text)
            reproduced.differences.emplace_back("data/verdict.json: it is not what data/policy.json says of the case");
    }
    reproduced.report = *std::move(report);
    return reproduced;
}

}  // namespace waybill
