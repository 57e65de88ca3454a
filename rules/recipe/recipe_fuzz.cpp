#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <span>

#include "base/cursor.h"
#include "base/text.h"
#include "rules/recipe/read_recipe.h"

// What a recipe makes stays below HOME, what it shows steers no terminal, and its steps can be done.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto octets = waybill::as_text(std::as_bytes(std::span{data, size}));
    const auto recipe = waybill::rules::parse_recipe(std::string{octets});
    if (!recipe)
        return 0;
    bool is_kept = recipe->octets == octets && waybill::hides_nothing(recipe->name);
    for (const auto& file : recipe->files) {
        const auto path = std::filesystem::path{file.path};
        is_kept &= path.is_relative() && path.lexically_normal() == path && *path.begin() != "..";
    }
    for (const auto* lines : {&recipe->set_up, &recipe->clean_up})
        is_kept &= std::ranges::none_of(*lines, [](const auto& line) { return line.empty() || line.front().empty(); });
    is_kept &= recipe->steps.empty() || recipe->terminal;
    if (!is_kept)
        std::abort();
    return 0;
}
