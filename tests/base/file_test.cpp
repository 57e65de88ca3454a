#include "base/file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/file_descriptor.h"
#include "tests/support/scratch_folder.h"

using namespace waybill;

namespace {

/// A folder of its own that goes with the test.
class Scratch {
public:
    Scratch() : path_{std::filesystem::temp_directory_path() / "waybill-file-test-XXXXXX"}
    {
        std::string name = path_.string();
        if (::mkdtemp(name.data()) == nullptr)
            FAIL("no scratch folder");
        path_ = name;
    }
    ~Scratch() { std::filesystem::remove_all(path_); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    Scratch(Scratch&&) = delete;
    Scratch& operator=(Scratch&&) = delete;

    std::filesystem::path operator/(const char* name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

}  // namespace

TEST_CASE("a file is read as it was written, and writing leaves nothing beside it")
{
    const Scratch scratch;
    const auto path = scratch / "file";
    const std::string octets = std::string(200'000, 'x') + std::string("\0\xff", 2);
    REQUIRE(write_file(path, octets).has_value());
    CHECK(read_file(path, octets.size()).value() == octets);
    CHECK_FALSE(std::filesystem::exists(scratch / "file.new"));
    REQUIRE(write_file(path, "").has_value());
    CHECK(read_file(path, 0).value().empty());
}

TEST_CASE("a file past the limit, or none, is an error that names the path")
{
    const Scratch scratch;
    const auto path = scratch / "file";
    REQUIRE(write_file(path, "12345").has_value());
    CHECK(read_file(path, 5).has_value());
    const auto large = read_file(path, 4);
    REQUIRE_FALSE(large.has_value());
    CHECK(large.error() == path.string() + ": larger than is read");
    const auto absent = read_file(scratch / "absent", 10);
    REQUIRE_FALSE(absent.has_value());
    CHECK(absent.error() == (scratch / "absent").string() + ": No such file or directory");
    CHECK_FALSE(read_file(scratch / ".", 10).has_value());
}

TEST_CASE("a file that cannot be written says so")
{
    const Scratch scratch;
    const auto nowhere = scratch / "no/such/folder";
    const auto written = write_file(nowhere, "x");
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().ends_with(": No such file or directory"));
    CHECK_FALSE(write_all(-1, "x").has_value());
    CHECK(write_all(-1, "").has_value());
}

TEST_CASE("a descriptor is closed once, by its last owner")
{
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const FileDescriptor reader{ends[0]};
    {
        FileDescriptor writer{ends[1]};
        const FileDescriptor moved{std::move(writer)};
        CHECK(moved);
        REQUIRE(write_all(moved.get(), "ab").has_value());
    }
    std::array<char, 8> got{};
    CHECK(::read(reader.get(), got.data(), got.size()) == 2);
    CHECK(::read(reader.get(), got.data(), got.size()) == 0);  // the writer is closed
}

TEST_CASE("what a stranger put in a file's place is refused, and not waited for")
{
    const test::ScratchFolder scratch;
    const std::filesystem::path pipe = scratch.path() / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK(read_regular_file(pipe, 16).error().contains("no regular file"));
    CHECK(read_regular_file(scratch.path(), 16).error().contains("no regular file"));
    CHECK(read_regular_file("/dev/null", 16).error().contains("no regular file"));
    CHECK(read_regular_file(scratch.path() / "none", 16).error().contains("No such file"));
    CHECK(read_regular_file(scratch.write("plain", "words"), 16) == "words");
    CHECK_FALSE(read_regular_file(scratch.path() / "plain", 4).has_value());
}
