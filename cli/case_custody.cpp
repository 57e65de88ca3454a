#include "cli/case_custody.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/file.h"

namespace waybill {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_custody_octets = std::size_t{16} << 20U;

}  // namespace

std::expected<evidence::Custody, Failure> read_custody(const CaseFolder& folder)
{
    const fs::path path = folder.folder() / evidence::custody_file;
    std::error_code problem;
    if (!fs::exists(fs::symlink_status(path, problem)))
        return evidence::Custody{};
    const auto text = read_regular_file(path, most_custody_octets);
    if (!text)
        return std::unexpected(Failure{ExitCode::input_not_readable, text.error()});
    evidence::Custody custody = evidence::parse_custody(*text);
    if (!custody.faults.empty())
        return std::unexpected(Failure{ExitCode::verification_failed, fmt::format("{}: {}", custody.faults.front().item,
                                                                                  custody.faults.front().what)});
    return custody;
}

}  // namespace waybill
