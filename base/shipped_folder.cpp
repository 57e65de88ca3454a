#include "base/shipped_folder.h"

#include <system_error>
#include <utility>

namespace waybill {

namespace fs = std::filesystem;

std::optional<fs::path> own_program()
{
    std::error_code problem;
    auto path = fs::read_symlink("/proc/self/exe", problem);
    return problem ? std::nullopt : std::optional{std::move(path)};
}

std::expected<fs::path, std::vector<fs::path>> find_beside(const std::optional<fs::path>& program,
                                                           std::span<const char* const> places)
{
    std::vector<fs::path> tried;
    if (program)
        for (const char* const place : places) {
            tried.push_back((program->parent_path() / place).lexically_normal());
            std::error_code problem;
            if (fs::is_directory(tried.back(), problem))
                return tried.back();
        }
    return std::unexpected(std::move(tried));
}

std::string places_text(std::span<const fs::path> places)
{
    std::string text;
    for (const fs::path& place : places)
        text += (text.empty() ? "" : " ") + place.string();
    return text;
}

}  // namespace waybill
