#include "rules/pack_location.h"

#include <algorithm>
#include <string_view>
#include <system_error>

namespace waybill::rules {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> split_at_colons(std::string_view text)
{
    std::vector<fs::path> folders;
    while (!text.empty()) {
        const std::size_t colon = std::min(text.find(':'), text.size());
        if (colon != 0)
            folders.emplace_back(text.substr(0, colon));
        text.remove_prefix(std::min(colon + 1, text.size()));
    }
    return folders;
}

}  // namespace

std::expected<std::vector<fs::path>, std::vector<fs::path>> find_pack_folders(const PackSearch& search)
{
    if (search.environment)
        if (auto folders = split_at_colons(*search.environment); !folders.empty())
            return folders;
    std::vector<fs::path> tried;
    if (search.executable) {
        const fs::path beside = search.executable->parent_path();
        for (const char* place : {"../share/waybill/packs", "../../rules/packs"}) {
            tried.push_back((beside / place).lexically_normal());
            std::error_code problem;
            if (fs::is_directory(tried.back(), problem))
                return std::vector{tried.back()};
        }
    }
    return std::unexpected(tried);
}

}  // namespace waybill::rules
