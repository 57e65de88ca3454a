#include "base/shipped_folder.h"

#include <doctest/doctest.h>

#include <array>
#include <filesystem>

#include "tests/support/scratch_folder.h"

using namespace waybill;

namespace fs = std::filesystem;

TEST_CASE("what comes with a program is found beside it, in the first place that is a folder, or the places are told")
{
    const test::ScratchFolder scratch;
    const fs::path root = scratch.path();
    const fs::path program = root / "build" / "dev" / "waybill";
    constexpr std::array places{"../share/thing", "../../thing"};

    const auto none = find_beside(program, places);
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error() == std::vector{root / "build" / "share" / "thing", root / "thing"});
    CHECK(places_text(none.error()) == (root / "build" / "share" / "thing").string() + " " + (root / "thing").string());

    fs::create_directories(root / "thing");
    CHECK(find_beside(program, places).value() == root / "thing");
    fs::create_directories(root / "build" / "share" / "thing");
    CHECK(find_beside(program, places).value() == root / "build" / "share" / "thing");
}

TEST_CASE("a program that is not known has nothing beside it")
{
    constexpr std::array places{"."};
    const auto nothing = find_beside(std::nullopt, places);
    REQUIRE_FALSE(nothing.has_value());
    CHECK(nothing.error().empty());
}
