#include "cli/demo_command.h"

#include <fmt/format.h>

#include <array>
#include <expected>
#include <string>
#include <utility>

#include "base/file.h"
#include "base/shipped_folder.h"
#include "base/text.h"
#include "cli/analyze_case.h"
#include "cli/open_page.h"
#include "cli/policy_files.h"
#include "cli/print.h"
#include "evidence/verify_case.h"
#include "report/html/page.h"
#include "report/words.h"
#include "rules/policy/judge.h"
#include "rules/rate.h"

namespace waybill {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_file_octets = std::size_t{1} << 20U;  // of the sample, which as a whole is smaller

// What the sample has, below its folder.
constexpr const char* sample_case = "case";
constexpr const char* sample_key = "demo.key.pub";
constexpr const char* sample_policy = "policy.json";
constexpr const char* page_name = "report.html";

std::expected<fs::path, Failure> find_sample()
{
    constexpr std::array places{"../share/waybill/demo", "../../demo/sample"};
    auto sample = find_beside(own_program(), places);
    if (!sample)
        return std::unexpected(Failure{
            ExitCode::input_not_readable,
            fmt::format("the sample case, which comes with Waybill, is not there; looked in {}; install Waybill "
                        "as a whole: cmake --install build/release",
                        places_text(sample.error()))});
    return *std::move(sample);
}

Failure cannot_create(const fs::path& place, const std::error_code& problem)
{
    return {ExitCode::cannot_create, fmt::format("{}: {}", place.string(), problem.message())};
}

/// A folder that takes the sample, and goes again unless it is kept.
class NewFolder {
public:
    static std::expected<NewFolder, Failure> make(const fs::path& place)
    {
        std::error_code problem;
        if (fs::exists(fs::symlink_status(place, problem)))
            return std::unexpected(Failure{ExitCode::cannot_create,
                                           fmt::format("{}: is there, and nothing is overwritten; name another place: "
                                                       "waybill demo FOLDER",
                                                       place.string())});
        if (!fs::create_directory(place, problem))
            return std::unexpected(cannot_create(place, problem));
        return NewFolder{place};
    }

    NewFolder(NewFolder&& other) noexcept : place_{std::exchange(other.place_, {})} {}
    NewFolder& operator=(NewFolder&&) = delete;
    NewFolder(const NewFolder&) = delete;
    NewFolder& operator=(const NewFolder&) = delete;
    ~NewFolder()
    {
        std::error_code problem;
        if (!place_.empty())
            fs::remove_all(place_, problem);
    }

    void keep() { place_.clear(); }

private:
    explicit NewFolder(fs::path place) : place_{std::move(place)} {}

    fs::path place_;  // empty: it stays
};

/// Copies what is below `from`, files and folders alone; the copies are the user's own.
std::expected<void, Failure> copy_sample(const fs::path& from, const fs::path& to)
{
    std::error_code problem;
    for (fs::recursive_directory_iterator at{from, problem}, end; !problem && at != end; at.increment(problem)) {
        const fs::path place = to / at->path().lexically_relative(from);
        if (at->is_directory(problem)) {
            if (fs::create_directory(place, problem); problem)
                return std::unexpected(cannot_create(place, problem));
            continue;
        }
        const auto octets = read_regular_file(at->path(), most_file_octets);
        if (!octets)
            return std::unexpected(Failure{ExitCode::input_not_readable, octets.error()});
        if (const auto written = write_file(place, *octets); !written)
            return std::unexpected(Failure{ExitCode::cannot_create, written.error()});
    }
    if (problem)
        return std::unexpected(
            Failure{ExitCode::input_not_readable, fmt::format("{}: {}", from.string(), problem.message())});
    return {};
}

/// Verifies the copy by the key beside it; gives the answer's first line.
std::expected<std::string, Failure> verify_sample(const fs::path& folder)
{
    const auto answer = evidence::verify_case({folder / sample_case, {folder / sample_key}, {}, {}});
    if (!answer)
        return std::unexpected(Failure{ExitCode::input_not_readable, answer.error().message});
    if (answer->status != 0)
        return std::unexpected(Failure{
            ExitCode::verification_failed,
            "the sample case that came with Waybill is not what was sealed; install Waybill again\n" + answer->text});
    return answer->text.substr(0, answer->text.find('\n'));
}

/// Writes the page, with what the sample's policy says of it; gives what the report says in a sentence.
std::expected<std::string, Failure> write_page(const fs::path& folder)
{
    const auto rated = read_case(folder / sample_case, std::vector<fs::path>{});
    if (!rated)
        return std::unexpected(rated.error());
    const auto policy = load_policy(folder / sample_policy);
    if (!policy)
        return std::unexpected(policy.error());
    const Verdict verdict = rules::judge(rated->report, *policy,
                                         {rated->rules.book, rated->rules.suffixes, rules::last_day(rated->report)});
    const auto written = write_file(folder / page_name, report_to_html(rated->report, {false, &verdict}));
    if (!written)
        return std::unexpected(Failure{ExitCode::cannot_create, written.error()});
    return summary_sentence(rated->report);
}

std::string introduction(const fs::path& folder, const std::string& answer, const std::string& sentence)
{
    const std::string copy = (folder / sample_case).string();
    return fmt::format(
        "{}: a sealed sample case. acme-coder, a tool that was made up, was recorded in\n"
        "the sinkhole; all hosts have names that are reserved for examples.\n"
        "  {}\n"
        "  case/         {}\n"
        "  report.html   its report as a page, with what policy.json says of it\n\n"
        "try   {}\n"
        "      {}\n"
        "      cd {} && sha256sum -c manifest-sha256.txt tagmanifest-sha256.txt\n",
        printable(folder.string()), sentence, answer, command_text({"waybill", "report", copy}),
        command_text({"waybill", "verify", copy, "--key", (folder / sample_key).string(), "--reproduce"}),
        command_text({copy}));
}

}  // namespace

ExitCode demo(const DemoOptions& options)
{
    const auto sample = find_sample();
    if (!sample)
        return fail(sample.error());
    auto made = NewFolder::make(options.folder);
    if (!made)
        return fail(made.error());
    if (const auto copied = copy_sample(*sample, options.folder); !copied)
        return fail(copied.error());
    const auto answer = verify_sample(options.folder);
    if (!answer)
        return fail_as_is(answer.error());
    const auto sentence = write_page(options.folder);
    if (!sentence)
        return fail(sentence.error());
    made->keep();
    const ExitCode printed = print_text(introduction(options.folder, *answer, *sentence));
    return options.no_open || printed != ExitCode::ok ? printed : open_page(fs::absolute(options.folder / page_name));
}

}  // namespace waybill
