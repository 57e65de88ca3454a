#include "capture/fresh_home.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

using namespace waybill;
namespace fs = std::filesystem;

namespace {

/// A folder that is gone at the end.
class Scratch {
public:
    Scratch() { REQUIRE(::mkdtemp(path_.data()) != nullptr); }
    ~Scratch()
    {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    Scratch(Scratch&&) = delete;
    Scratch& operator=(Scratch&&) = delete;
    fs::path path() const { return path_; }

private:
    std::string path_ = (fs::temp_directory_path() / "waybill-home-test-XXXXXX").string();
};

std::string text_of(const fs::path& file)
{
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

struct stat status_of(const fs::path& path)
{
    struct stat status{};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status;
}

}  // namespace

TEST_CASE("a fresh home is in the case, has what is written into it, and stays")
{
    const Scratch scratch;
    {
        auto home = FreshHome::make(scratch.path(), {});
        REQUIRE(home.has_value());
        CHECK(home->path() == scratch.path() / "home");
        REQUIRE(home->write(".config/tool/settings.json", "{}\n").has_value());
        REQUIRE(home->write("plain", "").has_value());
        REQUIRE(home->give_away().has_value());
    }
    CHECK(text_of(scratch.path() / "home/.config/tool/settings.json") == "{}\n");
    CHECK((status_of(scratch.path() / "home/plain").st_mode & 07777) == 0600);
    CHECK((status_of(scratch.path() / "home/.config/tool").st_mode & 07777) == 0700);
    CHECK(fs::is_directory(scratch.path() / "home/.local/state"));
}

TEST_CASE("a home that is not empty is not touched")
{
    const Scratch scratch;
    fs::create_directories(scratch.path() / "home");
    std::ofstream{scratch.path() / "home/mine"} << "kept";
    const auto home = FreshHome::make(scratch.path(), {});
    REQUIRE_FALSE(home.has_value());
    CHECK(home.error().kind == RunError::Kind::cannot_create);
    CHECK(text_of(scratch.path() / "home/mine") == "kept");
}

TEST_CASE("what is to be another user's is that user's as a whole, and goes with the run")
{
    if (::geteuid() != 0) {
        MESSAGE("skipped: only root can give files away");
        return;
    }
    const Scratch scratch;
    UserIdentity user;
    user.uid = user.gid = 65534;
    fs::path place;
    {
        auto home = FreshHome::make(scratch.path(), user);
        REQUIRE(home.has_value());
        place = home->path();
        REQUIRE(home->write("a/b/c", "c").has_value());
        CHECK(status_of(place).st_uid == 0);
        REQUIRE(home->give_away().has_value());
        for (const auto& each : {place, place / "a", place / "a/b", place / "a/b/c", place / ".config"})
            CHECK(status_of(each).st_uid == user.uid);
    }
    CHECK_FALSE(fs::exists(place));
    CHECK_FALSE(fs::exists(scratch.path() / "home"));
}
