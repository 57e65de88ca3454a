#include "capture/owner/file_digests.h"

#include <doctest/doctest.h>
#include <fcntl.h>

#include <fstream>
#include <vector>

#include "base/digest.h"
#include "tests/support/scratch_folder.h"

using namespace waybill;

namespace {

FileDescriptor open_file(const std::filesystem::path& path)
{
    return FileDescriptor{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
}

using Told = std::vector<std::pair<std::uint64_t, std::string>>;

}  // namespace

TEST_CASE("a file is read once, in pieces, and its digest told for each process that executes it")
{
    const test::ScratchFolder scratch;
    const std::string text(300'000, 'x');
    const auto path = scratch.write("program", text);
    const std::string expected = sha256_hex(std::as_bytes(std::span{text}));
    Told told;
    FileDigests digests{[&](std::uint64_t process, const std::string& sha256) { told.emplace_back(process, sha256); }};
    digests.add(1, open_file(path));
    digests.add(2, open_file(path));
    CHECK(digests.work(100'000));
    CHECK(told.empty());
    while (digests.work(100'000))
        continue;
    CHECK(told == Told{{1, expected}, {2, expected}});
    digests.add(3, open_file(path));
    CHECK(told.back() == std::pair<std::uint64_t, std::string>{3, expected});
    CHECK_FALSE(digests.work(1));
}

TEST_CASE("a file that changes while it is read has no digest, and is counted")
{
    const test::ScratchFolder scratch;
    const auto path = scratch.write("program", std::string(300'000, 'x'));
    Told told;
    FileDigests digests{[&](std::uint64_t process, const std::string& sha256) { told.emplace_back(process, sha256); }};
    digests.add(1, open_file(path));
    digests.work(1000);
    std::ofstream{path, std::ios::app} << "more";
    while (digests.work(100'000))
        continue;
    CHECK(told.empty());
    CHECK(digests.unreadable() == 1);
    digests.add(2, open_file("/dev/null"));
    CHECK(digests.unreadable() == 2);
}
