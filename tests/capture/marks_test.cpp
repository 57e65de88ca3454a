#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"
#include "capture/mark/mark_intake.h"
#include "capture/mark/mark_lines.h"
#include "capture/mark/mark_pipe.h"
#include "capture/mark/marks_file.h"
#include "tests/support/scratch_folder.h"

using namespace waybill;
using namespace std::chrono_literals;
using Labels = std::vector<std::string>;

namespace {

struct Taken {
    std::vector<Mark> marks;
    std::uint64_t refused = 0;
};

/// What a recording keeps of what these octets, written to its pipe in one go, say.
Taken take(const test::ScratchFolder& scratch, std::string_view octets)
{
    const auto pipe = MarkPipe::make({scratch.path(), {}, {}});
    REQUIRE(pipe.has_value());
    auto reading = MarkPipe::open(pipe->path());
    REQUIRE(reading.has_value());
    const std::filesystem::path file = scratch.path() / "marks.ndjson";
    auto loop = Loop::create();
    REQUIRE(loop.has_value());
    Taken taken;
    {
        MarkIntake intake{*std::move(reading),
                          FileDescriptor{::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600)}};
        REQUIRE_FALSE(intake.attach(*loop));
        const FileDescriptor writing{::open(pipe->path().c_str(), O_WRONLY | O_NONBLOCK)};
        while (!octets.empty()) {  // a pipe's worth each turn
            const std::string_view part = octets.substr(0, 4096);
            REQUIRE(::write(writing.get(), part.data(), part.size()) == static_cast<ssize_t>(part.size()));
            octets.remove_prefix(part.size());
            loop->run_once(100ms);
        }
        intake.finish(*loop);
        CHECK_FALSE(intake.failure().has_value());
        taken.refused = intake.refused();
    }
    const auto written = read_file(file, 64UL << 20U);
    REQUIRE(written.has_value());
    auto marks = marks_file::read(*written);
    REQUIRE(marks.has_value());
    taken.marks = *std::move(marks);
    return taken;
}

Labels labels_of(const std::vector<Mark>& marks)
{
    Labels labels;
    for (const Mark& mark : marks)
        labels.push_back(mark.label);
    return labels;
}

}  // namespace

TEST_CASE("each line of the pipe is a label, what is no label is passed over, and what is too long is cut")
{
    const std::string longest(Mark::max_label_octets, 'x');
    const std::string of_two_octets = std::string(Mark::max_label_octets - 1, 'x') + "é";
    struct Row {
        const char* what;
        std::string octets;
        Labels labels;
    };
    const std::vector<Row> rows{
        {"one", "idle\n", {"idle"}},
        {"two", "signed in\nidle\n", {"signed in", "idle"}},
        {"white space around it", "  signed in \t\r\n", {"signed in"}},
        {"nothing", "\n \n\t\n", {}},
        {"a line that nothing ends", "idle", {"idle"}},
        {"as long as it may be", longest + "\n", {longest}},
        {"longer", longest + "yy\nnext\n", {longest + "…", "next"}},
        {"cut within a character", of_two_octets + "z\n", {of_two_octets.substr(0, Mark::max_label_octets - 1) + "…"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        MarkLines lines;
        Labels labels = lines.add(row.octets);
        std::ranges::move(lines.finish(), std::back_inserter(labels));
        CHECK(labels == row.labels);
    }
}

TEST_CASE("marks are kept in the order in which they came, with times that never go back")
{
    const test::ScratchFolder scratch;
    const Taken taken = take(scratch, "signed in\n\xff\xfe\nidle\n");
    CHECK(labels_of(taken.marks) == Labels{"signed in", "\xef\xbf\xbd\xef\xbf\xbd", "idle"});
    CHECK(std::ranges::is_sorted(taken.marks, {}, &Mark::at));
    CHECK(taken.refused == 0);
}

TEST_CASE("what is in the pipe at the end is taken whole")
{
    const test::ScratchFolder scratch;
    std::string octets;
    for (int i = 0; i < 900; ++i)
        octets += "a mark of thirty octets or so\n";
    const auto pipe = MarkPipe::make({scratch.path(), {}, {}});
    REQUIRE(pipe.has_value());
    const std::filesystem::path file = scratch.path() / "marks.ndjson";
    auto loop = Loop::create();
    REQUIRE(loop.has_value());
    MarkIntake intake{*MarkPipe::open(pipe->path()), FileDescriptor{::open(file.c_str(), O_WRONLY | O_CREAT, 0600)}};
    REQUIRE_FALSE(intake.attach(*loop));
    const FileDescriptor writing{::open(pipe->path().c_str(), O_WRONLY | O_NONBLOCK)};
    REQUIRE(::write(writing.get(), octets.data(), octets.size()) == static_cast<ssize_t>(octets.size()));
    intake.finish(*loop);
    CHECK(marks_file::read(*read_file(file, 64UL << 20U))->size() == 900);
}

TEST_CASE("marks beyond the bound are counted")
{
    const test::ScratchFolder scratch;
    std::string octets;
    for (std::uint64_t i = 0; i < Mark::most + 7; ++i)
        octets += "m\n";
    const Taken taken = take(scratch, octets);
    CHECK(taken.marks.size() == Mark::most);
    CHECK(taken.refused == 7);
}

TEST_CASE("a mark is sent once the recording has taken it, where none reads, the error says so")
{
    const test::ScratchFolder scratch;
    const auto pipe = MarkPipe::make({scratch.path(), {}, {}});
    REQUIRE(pipe.has_value());
    CHECK(MarkPipe::send(pipe->path(), "idle").error().contains("nobody reads it"));
    const auto reading = MarkPipe::open(pipe->path());
    REQUIRE(reading.has_value());
    std::string read(16, '\0');
    const auto before = std::chrono::steady_clock::now();
    std::jthread reader{[&] {
        pollfd waited{reading->get(), POLLIN, 0};
        ::poll(&waited, 1, 10'000);
        std::this_thread::sleep_for(50ms);
        read.resize(static_cast<std::size_t>(std::max<ssize_t>(::read(reading->get(), read.data(), read.size()), 0)));
    }};
    CHECK(MarkPipe::send(pipe->path(), "idle").has_value());
    CHECK(std::chrono::steady_clock::now() - before >= 40ms);
    reader.join();
    CHECK(read == "idle\n");
    REQUIRE(write_file(scratch.path() / "plain", "").has_value());
    CHECK(MarkPipe::send(scratch.path() / "plain", "idle").error().contains("not a recording's pipe"));
    CHECK(MarkPipe::send(scratch.path() / "none", "idle").error().contains("No such file"));
}

TEST_CASE("the pipe is in the case or where it was asked for, its owner's alone, and goes with the recording")
{
    const test::ScratchFolder scratch;
    const std::filesystem::path in_case = scratch.path() / MarkPipe::name;
    const std::filesystem::path elsewhere = scratch.path() / "elsewhere";
    struct stat file{};
    for (const bool is_asked_for : {false, true}) {
        CAPTURE(is_asked_for);
        {
            const auto pipe =
                MarkPipe::make({scratch.path(), is_asked_for ? std::optional{elsewhere} : std::nullopt, {}});
            REQUIRE(pipe.has_value());
            CHECK(pipe->path() == (is_asked_for ? elsewhere : in_case));
            REQUIRE(::stat(in_case.c_str(), &file) == 0);  // there in any case, perhaps as a link
            CHECK(S_ISFIFO(file.st_mode));
            CHECK((file.st_mode & 0777U) == 0600);
        }
        CHECK_FALSE(std::filesystem::exists(std::filesystem::symlink_status(in_case)));
        CHECK_FALSE(std::filesystem::exists(elsewhere));
    }
    REQUIRE(write_file(elsewhere, "mine").has_value());
    CHECK(MarkPipe::make({scratch.path(), elsewhere, {}}).error().contains("File exists"));
    CHECK(read_file(elsewhere, 16) == "mine");
    CHECK_FALSE(std::filesystem::exists(std::filesystem::symlink_status(in_case)));
}

TEST_CASE("a file of marks is read up to where it breaks off, and what is no line of it is told with its number")
{
    const std::string whole = marks_file::header() + marks_file::line({Timestamp{5s}, "idle"});
    struct Row {
        std::string octets;
        Labels labels;
        std::string_view error;
    };
    const std::vector<Row> rows{
        {whole, {"idle"}, {}},
        {whole + R"({"type":"mark","v":1,"at":"2026-)", {"idle"}, {}},
        {whole + R"({"type":"later","v":1})"
                 "\n",
         {"idle"},
         {}},
        {"", {}, {}},
        {marks_file::line({Timestamp{9s}, "second"}) + marks_file::line({Timestamp{5s}, "first"}),
         {"first", "second"},
         {}},
        {whole + "{}\n", {}, "line 3"},
        {whole + R"({"type":"mark","v":2,"at":"2026-01-01T00:00:00.000000000Z","label":"x"})"
                 "\n",
         {},
         "a version"},
        {whole + R"({"type":"mark","v":1,"at":"yesterday","label":"x"})"
                 "\n",
         {},
         "RFC 3339"},
        {whole + R"({"type":"mark","v":1,"at":"2026-01-01T00:00:00.000000000Z","label":""})"
                 "\n",
         {},
         "without text"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.octets);
        const auto marks = marks_file::read(row.octets);
        CHECK(marks.has_value() == row.error.empty());
        if (marks)
            CHECK(labels_of(*marks) == row.labels);
        else
            CHECK_MESSAGE(marks.error().contains(row.error), marks.error());
    }
}
