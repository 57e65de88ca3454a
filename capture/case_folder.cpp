#include "capture/case_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/file.h"
#include "capture/mark/mark_pipe.h"
#include "capture/mark/marks_file.h"
#include "capture/owner/owners_file.h"

namespace waybill {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_run_json = 16UL << 20U;
constexpr std::size_t max_marks_octets = 64UL << 20U;
constexpr std::size_t max_owners_octets = 4UL << 30U;

/// A command's name as part of a folder's name: what a shell or a file system could trip over becomes a hyphen.
std::string folder_word(const std::string& command)
{
    std::string word = fs::path{command}.filename().string().substr(0, 64);
    const auto is_plain = [](char character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
               (character >= '0' && character <= '9') || character == '.' || character == '_' || character == '-';
    };
    std::ranges::replace_if(word, [&](char character) { return !is_plain(character); }, '-');
    return word.empty() || word.starts_with('.') ? "command" : word;
}

fs::path state_home()
{
    if (const char* const state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/')
        return state;
    const char* const home = std::getenv("HOME");
    return fs::path{home == nullptr ? "/tmp" : home} / ".local" / "state";
}

}  // namespace

std::expected<CaseFolder, CaseError> CaseFolder::create(const fs::path& folder)
{
    std::error_code problem;
    if (fs::exists(folder, problem) && !(fs::is_directory(folder, problem) && fs::is_empty(folder, problem)))
        return std::unexpected(
            CaseError{CaseError::Kind::exists,
                      fmt::format("{}: is there and not an empty folder; name another with --case", folder.string())});
    fs::create_directories(folder / "data", problem);
    if (problem)
        return std::unexpected(CaseError{
            CaseError::Kind::unwritable,
            fmt::format("{}: {}; name a place that you may write to with --case", folder.string(), problem.message())});
    fs::permissions(folder, fs::perms::owner_all, problem);  // what a tool contacts is its user's matter
    return CaseFolder{fs::absolute(folder)};
}

bool CaseFolder::is_case(const fs::path& folder)
{
    std::error_code problem;
    return fs::is_regular_file(folder / "data" / "run.json", problem);
}

std::expected<CaseFolder, CaseError> CaseFolder::open(const fs::path& folder)
{
    if (!is_case(folder))
        return std::unexpected(CaseError{CaseError::Kind::not_a_case,
                                         fmt::format("{}: no case, for it has no data/run.json", folder.string())});
    return CaseFolder{fs::absolute(folder)};
}

fs::path CaseFolder::default_cases()
{
    return state_home() / "waybill" / "cases";
}

fs::path CaseFolder::default_path(Timestamp started, const std::string& command)
{
    std::string stamp = to_rfc3339(started).substr(0, 19);
    std::erase(stamp, ':');
    const fs::path cases = default_cases();
    fs::path path = cases / (stamp + "Z-" + folder_word(command));
    std::error_code problem;
    for (int number = 2; fs::exists(path, problem) && number < 1000; ++number)
        path = cases / fmt::format("{}Z-{}-{}", stamp, folder_word(command), number);
    return path;
}

bool CaseFolder::is_sealed() const
{
    std::error_code problem;
    return fs::exists(folder_ / "seal.dsse.json", problem) || fs::exists(folder_ / "manifest-sha256.txt", problem);
}

void CaseFolder::remove_unbegun() const
{
    std::error_code problem;  // a folder that stays behind does no harm
    for (const std::string_view part : {std::string_view{"data"}, std::string_view{"home"}, MarkPipe::name})
        fs::remove_all(folder_ / part, problem);
    fs::remove(folder_, problem);
}

std::expected<void, CaseError> CaseFolder::write_run(const Run& run) const
{
    const auto written = write_file(data() / "run.json", run_to_json(run));
    if (!written)
        return std::unexpected(CaseError{CaseError::Kind::unwritable, written.error()});
    return {};
}

std::expected<Run, CaseError> CaseFolder::read_run() const
{
    const fs::path path = data() / "run.json";
    const auto octets = read_regular_file(path, max_run_json);
    if (!octets)
        return std::unexpected(CaseError{CaseError::Kind::unreadable, octets.error()});
    auto run = run_from_json(*octets);
    if (!run)
        return std::unexpected(CaseError{CaseError::Kind::not_understood, path.string() + ": " + run.error()});
    return *std::move(run);
}

std::expected<std::optional<Owners>, CaseError> CaseFolder::read_owners() const
{
    std::error_code problem;
    if (!fs::exists(owners(), problem))
        return std::nullopt;
    const auto octets = read_regular_file(owners(), max_owners_octets);
    if (!octets)
        return std::unexpected(CaseError{CaseError::Kind::unreadable, octets.error()});
    auto read = owners_file::read(*octets);
    if (!read)
        return std::unexpected(
            CaseError{CaseError::Kind::not_understood,
                      fmt::format("{}: line {}: {}", owners().string(), read.error().line, read.error().message)});
    return *std::move(read);
}

std::expected<std::vector<Mark>, CaseError> CaseFolder::read_marks() const
{
    std::error_code problem;
    if (!fs::exists(marks(), problem))
        return std::vector<Mark>{};
    const auto octets = read_regular_file(marks(), max_marks_octets);
    if (!octets)
        return std::unexpected(CaseError{CaseError::Kind::unreadable, octets.error()});
    auto read = marks_file::read(*octets);
    if (!read)
        return std::unexpected(CaseError{CaseError::Kind::not_understood, marks().string() + ": " + read.error()});
    return *std::move(read);
}

std::vector<fs::path> CaseFolder::packet_files(const Run& run) const
{
    std::vector<fs::path> files;
    files.reserve(run.packet_files.size());
    for (const std::string& name : run.packet_files)
        files.push_back(data() / fs::path{name}.filename());  // a run.json cannot point out of its case
    return files;
}

}  // namespace waybill
