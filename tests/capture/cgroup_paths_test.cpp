#include "capture/owner/cgroup_paths.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <thread>

#include "tests/support/scratch_folder.h"

using namespace waybill;

namespace {

std::uint64_t number_of(const std::filesystem::path& folder)
{
    struct stat status{};
    REQUIRE(::stat(folder.c_str(), &status) == 0);
    return status.st_ino;
}

}  // namespace

TEST_CASE("a cgroup is found by its number, also one that came later, and one that has gone since it was asked for")
{
    const test::ScratchFolder scratch;
    std::filesystem::create_directories(scratch.path() / "a.slice/b.scope");
    CgroupPaths paths{scratch.path()};
    CHECK(paths.find(number_of(scratch.path())) == "/");
    const std::uint64_t first = number_of(scratch.path() / "a.slice/b.scope");
    CHECK(paths.find(first) == "/a.slice/b.scope");
    std::filesystem::create_directory(scratch.path() / "c.scope");  // before the other goes, whose number it could get
    const std::uint64_t later = number_of(scratch.path() / "c.scope");
    std::filesystem::remove(scratch.path() / "a.slice/b.scope");
    CHECK(paths.find(first) == "/a.slice/b.scope");
    std::this_thread::sleep_for(CgroupPaths::least_pause);
    CHECK(paths.find(later) == "/c.scope");
    CHECK_FALSE(paths.find(1));
    CHECK_FALSE(CgroupPaths{{}}.find(first));
}
