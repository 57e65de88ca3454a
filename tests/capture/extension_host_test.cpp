#include "capture/owner/extension_host.h"

#include <doctest/doctest.h>

#include <fstream>

#include "tests/support/scratch_folder.h"

using namespace waybill;

namespace {

void write(const std::filesystem::path& path, std::string_view text)
{
    std::filesystem::create_directories(path.parent_path());
    std::ofstream{path} << text;
}

Process process(std::vector<std::string> arguments)
{
    Process made;
    made.working_directory = "/";
    made.arguments = std::move(arguments);
    return made;
}

constexpr const char* alpha = R"({"publisher": "acme", "name": "alpha", "version": "1.2.3"})";

}  // namespace

TEST_CASE("a manifest names an extension by its publisher, or none")
{
    struct Row {
        const char* json;
        std::optional<Package> package;
    };
    const std::string long_name(300, 'x');
    const std::string too_long = R"({"publisher": "acme", "name": ")" + long_name + R"("})";
    for (const Row& row : {Row{alpha, Package{"acme.alpha", "1.2.3"}},
                           {R"({"publisher": "acme", "name": "alpha"})", Package{"acme.alpha", ""}},
                           {R"({"name": "alpha", "version": "1"})", std::nullopt},
                           {R"({"publisher": 7, "name": "alpha"})", std::nullopt},
                           {too_long.c_str(), std::nullopt},
                           {"[]", std::nullopt},
                           {"{", std::nullopt},
                           {"", std::nullopt}}) {
        CAPTURE(row.json);
        CHECK(read_extension_manifest(row.json) == row.package);
    }
}

TEST_CASE("a list names what it can, and counts what it cannot")
{
    const auto list = read_extension_list(R"([{"identifier": {"id": "b.b"}, "version": "2"},
        {"identifier": {"id": "a.a"}, "version": "1"}, {"identifier": 7}, {}, 7, {"version": "3"}])");
    REQUIRE(list);
    CHECK(list->extensions == std::vector<Package>{{"a.a", "1"}, {"b.b", "2"}});
    CHECK(list->unread == 4);
    CHECK_FALSE(read_extension_list("{}"));
    CHECK_FALSE(read_extension_list("[1"));
    std::string many = "[7";
    for (int i = 0; i < 600; ++i)
        many += R"(,{"identifier": {"id": "a.a"}, "version": "1"})";
    const auto bounded = read_extension_list(many + "]");
    REQUIRE(bounded);
    CHECK(bounded->extensions.size() == 512);
    CHECK(bounded->unread == 89);
}

TEST_CASE("an extension host loads what is in the folder that it, or what started it, was told")
{
    const test::ScratchFolder scratch;
    const std::string folder = scratch.path() / "data/extensions";
    const std::string data = scratch.path() / "data";
    write(scratch.path() / "data/extensions/acme.alpha-1.2.3/package.json", alpha);
    write(scratch.path() / "data/extensions/torn/package.json", "{");
    write(scratch.path() / "product/extensions/git/package.json", "{}");
    write(scratch.path() / "product/extensions/notes/README", "");
    const std::string program = scratch.path() / "product/out/bootstrap-fork";
    const Process host = process({"node", program, "--type=extensionHost"});
    const std::vector<Process> starters{
        process({"node", "server.js", "--extensions-dir", folder}), process({"node", "--extensions-dir=" + folder}),
        process({"node", "--server-data-dir", data}), process({"node", "--user-data-dir=" + data})};
    CHECK(is_extension_host(host));
    for (const Process& starter : starters) {
        CAPTURE(starter.arguments.back());
        CHECK_FALSE(is_extension_host(starter));
        const Process shell = process({"sh"});
        const std::vector<const Process*> line{&host, &shell, &starter};
        CHECK(find_extensions(line) == ExtensionHost{{{"acme.alpha", "1.2.3"}}, 1, 1});
    }
    write(scratch.path() / "data/extensions/extensions.json",
          R"([{"identifier": {"id": "acme.beta"}, "version": "4"}])");
    const std::vector<const Process*> line{&host, &starters.front()};
    CHECK(find_extensions(line) == ExtensionHost{{{"acme.beta", "4"}}, 1, 0});  // what else lies there is not loaded
}

TEST_CASE(
    "without being told, an extension host loads from its product's folder in its HOME, and else nothing is known")
{
    const test::ScratchFolder scratch;
    const std::string program = scratch.path() / "product/out/bootstrap-fork";
    Process host = process({"node", program, "--type=extensionHost"});
    host.pid = 42;
    const std::vector<const Process*> line{&host};
    CHECK(find_extensions(line, scratch.path() / "proc") == ExtensionHost{{}, 0, 1});
    write(scratch.path() / "product/product.json", R"({"serverDataFolderName": ".code-server"})");
    write(scratch.path() / "home/.code-server/extensions/alpha/package.json", alpha);
    const std::string home = scratch.path() / "home";
    write(scratch.path() / "proc/42/environ", std::string{"PATH=/bin\0HOME=", 15} + home + std::string{"\0X=1\0", 5});
    CHECK(find_extensions(line, scratch.path() / "proc") == ExtensionHost{{{"acme.alpha", "1.2.3"}}, 0, 0});
}
