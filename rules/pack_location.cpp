#include "rules/pack_location.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/shipped_folder.h"

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
    constexpr std::array places{"../share/waybill/packs", "../../rules/packs"};
    auto beside = find_beside(search.executable, places);
    if (!beside)
        return std::unexpected(std::move(beside.error()));
    return std::vector{*std::move(beside)};
}

}  // namespace waybill::rules
