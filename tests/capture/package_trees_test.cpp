#include "capture/owner/package_trees.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "capture/owner/interpreted_program.h"
#include "tests/support/scratch_folder.h"

using namespace waybill;
namespace fs = std::filesystem;

namespace {

TreeContents contents_of(const fs::path& root, const TreeContents* known = nullptr, std::size_t piece = SIZE_MAX)
{
    TreeReading reading{root, known};
    while (reading.work(piece))  // ends with the folder
        continue;
    return std::move(reading.contents());
}

std::string text_of(const std::vector<TreeChange>& changes)
{
    std::string text;
    for (const TreeChange& change : changes)
        text += std::string{waybill::text(change.kind)} + " " + change.path + "\n";
    return text;
}

void write_package(const test::ScratchFolder& scratch)
{
    scratch.write("tool/package.json", R"({"name": "tool", "version": "1.0.0"})");
    scratch.write("tool/cli.js", "run()\n");
    scratch.write("tool/node_modules/dep/index.js", "x\n");
    scratch.write("tool/node_modules/.cache/built", "left out\n");
    scratch.write("tool/lib/__pycache__/a.pyc", "left out\n");
    fs::create_symlink("cli.js", scratch.path() / "tool" / "link.js");
}

}  // namespace

TEST_CASE("a package tree's digest is over its files and links by path, as sha256sum writes them, without caches")
{
    const test::ScratchFolder scratch;
    write_package(scratch);
    scratch.write("tool/a\\b", "y");
    const TreeContents contents = contents_of(scratch.path() / "tool");
    CHECK(contents.files.size() == 4);
    CHECK(contents.links.size() == 1);
    CHECK(contents.unread == 0);
    const auto digest = [](std::string_view text) { return sha256_hex(std::as_bytes(std::span{text})); };
    const std::string lines = "\\" + digest("y") + "  a\\\\b\n" + digest("run()\n") + "  cli.js\n" + digest("x\n") +
                              "  node_modules/dep/index.js\n" + digest(R"({"name": "tool", "version": "1.0.0"})") +
                              "  package.json\n" + "link.js -> cli.js\n";
    CHECK(tree_sha256(contents) == digest(lines));
    SUBCASE("however it is divided")
    {
        CHECK(tree_sha256(contents_of(scratch.path() / "tool", nullptr, 1)) == digest(lines));
    }
    SUBCASE("and whatever is known of it already")
    {
        CHECK(tree_sha256(contents_of(scratch.path() / "tool", &contents)) == digest(lines));
    }
}

TEST_CASE("whatever happens to a file of a package tree is told by its path")
{
    struct Row {
        const char* what;
        std::function<void(const test::ScratchFolder&)> change;
        const char* changes;
    };
    const Row rows[] = {
        {"nothing", [](const auto&) {}, ""},
        {"written anew with the same octets", [](const auto& s) { s.write("tool/cli.js", "run()\n"); }, ""},
        {"other octets", [](const auto& s) { s.write("tool/cli.js", "ran()\n"); }, "changed cli.js\n"},
        {"added", [](const auto& s) { s.write("tool/node_modules/new/index.js", ""); },
         "added node_modules/new/index.js\n"},
        {"removed", [](const auto& s) { fs::remove(s.path() / "tool/node_modules/dep/index.js"); },
         "removed node_modules/dep/index.js\n"},
        {"a link to something else",
         [](const auto& s) {
             fs::remove(s.path() / "tool/link.js");
             fs::create_symlink("package.json", s.path() / "tool/link.js");
         },
         "changed link.js\n"},
        {"in a cache", [](const auto& s) { s.write("tool/lib/__pycache__/b.pyc", ""); }, ""},
        {"all of it", [](const auto& s) { fs::remove_all(s.path() / "tool"); },
         "removed cli.js\nremoved link.js\nremoved node_modules/dep/index.js\nremoved package.json\n"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const test::ScratchFolder scratch;
        write_package(scratch);
        const TreeContents before = contents_of(scratch.path() / "tool");
        row.change(scratch);
        CHECK(text_of(changes_between(before, contents_of(scratch.path() / "tool", &before))) == row.changes);
    }
}

TEST_CASE("a tree is told when it was read and when the recording ends, once for all its processes")
{
    const test::ScratchFolder scratch;
    write_package(scratch);
    const std::string root = scratch.path() / "tool";
    std::vector<PackageTree> told;
    PackageTrees trees{[&](const PackageTree& tree) { told.push_back(tree); }};
    trees.add(3, {"tool", "1.0.0"}, root);
    trees.add(4, {"tool", "1.0.0"}, root);
    while (trees.work(1))  // some octets less each time
        continue;
    REQUIRE(told.size() == 1);
    CHECK(told.front().process == 3);
    CHECK(told.front().start.files == 3);
    CHECK_FALSE(told.front().end);
    for (int number = 10; number < 40; ++number)
        scratch.write("tool/new" + std::to_string(number), "");
    trees.finish();
    REQUIRE(told.size() == 2);
    REQUIRE(told.back().end);
    CHECK(told.back().end->files == 33);
    CHECK(told.back().end->sha256 != told.front().start.sha256);
    CHECK(told.back().change_count == 30);
    CHECK(told.back().changes.size() == PackageTree::most_changes);
}

TEST_CASE("a tree that is a pipe, a loop of links or not there takes no time, and says what was not read")
{
    const test::ScratchFolder scratch;
    scratch.write("tool/package.json", "{}");
    REQUIRE(::mkfifo((scratch.path() / "tool" / "pipe").c_str(), 0600) == 0);
    fs::create_symlink("..", scratch.path() / "tool" / "loop");
    const TreeContents contents = contents_of(scratch.path() / "tool");
    CHECK(contents.files.size() == 1);
    CHECK(contents.links.size() == 1);
    CHECK(contents_of(scratch.path() / "nothing").unread == 1);
}

TEST_CASE("the tree of a package is what it loads from, and not what somebody works on")
{
    const test::ScratchFolder scratch;
    const fs::path& top = scratch.path();
    scratch.write("lib/node_modules/tool/package.json", "{}");
    scratch.write("app/package.json", "{}");
    scratch.write("app/node_modules/tool/package.json", "{}");
    scratch.write("app/node_modules/tool/node_modules/dep/package.json", "{}");
    scratch.write("bare/package.json", "{}");
    struct Row {
        const char* folder;
        const char* working_directory;
        const char* tree;
    };
    const Row rows[] = {
        {"lib/node_modules/tool", "app", "lib/node_modules/tool"},
        {"app/node_modules/tool", "app", "app/node_modules"},
        {"app/node_modules/tool/node_modules/dep", "app", "app/node_modules"},
        {"app", "app", "app/node_modules"},
        {"app", "app/src", "app/node_modules"},
        {"app", "bare", "app"},
        {"bare", "bare", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.folder);
        const fs::path expected = *row.tree == '\0' ? fs::path{} : top / row.tree;
        CHECK(package_tree(top / row.folder, top / row.working_directory) == expected);
    }
}
