#include "capture/user_configuration.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/scratch_folder.h"
#include "tests/support/source_folder.h"

using namespace waybill;
using contained::UplinkKind;
using Json = nlohmann::json;

namespace {

constexpr std::string_view good = R"({"version": 1, "run": {"network": "isolated", "uplink": "pasta"}})";

std::string error_of(std::string_view text)
{
    const auto read = parse_user_configuration(text);
    return read ? "it is read" : read.error();
}

/// A configuration in a folder of its own, with these permissions.
class OwnFile {
public:
    explicit OwnFile(std::string_view text, mode_t mode = 0600) : path_{folder_.write("waybill/config.json", text)}
    {
        REQUIRE(::chmod(path_.c_str(), mode) == 0);
    }
    const std::filesystem::path& path() const { return path_; }
    ConfigurationPlace place(uid_t user = geteuid(), bool or_root = true) const { return {path_, user, or_root}; }

private:
    test::ScratchFolder folder_;
    std::filesystem::path path_;
};

}  // namespace

TEST_CASE("a configuration says what run does where the command line does not")
{
    using enum NetworkMode;
    struct Row {
        std::string_view text;
        UserConfiguration says;
    };
    const Row rows[] = {
        {R"({"version": 1})", {}},
        {R"({"version": 1, "run": {}})", {}},
        {R"({"version": 1, "run": {"network": "sinkhole"}})", {sinkhole, {}}},
        {R"({"run": {"network": "host"}, "version": 1})", {host, {}}},
        {R"({"version": 1, "run": {"uplink": "slirp4netns"}})", {{}, UplinkKind::slirp4netns}},
        {good, {isolated, UplinkKind::pasta}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto read = parse_user_configuration(row.text);
        REQUIRE(read.has_value());
        CHECK(*read == row.says);
    }
}

TEST_CASE("a configuration that is not one says where, what is wrong and what to write")
{
    struct Row {
        const char* text;
        const char* error;
    };
    const Row rows[] = {
        {"", R"(it is not JSON: line 1, column 1; write {"version": 1, "run": {"network": "sinkhole"}})"},
        {"{\"version\": 1,\n  run}",
         R"(it is not JSON: line 2, column 3; write {"version": 1, "run": {"network": "sinkhole"}})"},
        {R"({"version": 1e999})",
         R"(it has a number beyond all bounds; write {"version": 1, "run": {"network": "sinkhole"}})"},
        {R"("sinkhole")",
         R"(it must be an object such as {"version": 1, "run": {"network": "sinkhole"}}, and is "sinkhole")"},
        {"{}", R"(version: it is missing; write "version": 1)"},
        {R"({"run": {"network": "host"}})", R"(version: it is missing; write "version": 1)"},
        {R"({"version": 2})", "version: it must be 1, the only one that this Waybill reads"},
        {R"({"version": "1"})", "version: it must be 1, the only one that this Waybill reads"},
        {R"({"version": 1.0})", "version: it must be 1, the only one that this Waybill reads"},
        {R"({"version": 1, "network": "host"})", R"(network: there is no such member; write "version" or "run")"},
        {R"({"version": 1, "run": "host"})",
         R"(run: it must be an object such as {"network": "sinkhole"}, and is "host")"},
        {R"({"version": 1, "run": [1]})",
         R"(run: it must be an object such as {"network": "sinkhole"}, and is a JSON array)"},
        {R"({"version": 1, "run": {"netwrok": "host"}})",
         R"(run.netwrok: there is no such member; write "network" or "uplink")"},
        {R"({"version": 1, "run": {"network": "moon"}})",
         R"(run.network: it must be "sinkhole", "isolated" or "host", and is "moon")"},
        {R"({"version": 1, "run": {"network": "interface"}})",
         R"(run.network: it must be "sinkhole", "isolated" or "host", and is "interface")"},
        {R"({"version": 1, "run": {"network": null}})",
         R"(run.network: it must be "sinkhole", "isolated" or "host", and is a JSON null)"},
        {R"({"version": 1, "run": {"uplink": 7}})",
         R"(run.uplink: it must be "pasta" or "slirp4netns", and is a JSON number)"},
        {R"({"version": 1, "run": {"network": "host", "network": "sinkhole"}})",
         R"(the member "network" stands twice in one object; keep one of them)"},
        {R"({"version": 1, "run": {"network": "01234567890123456789012345678901234567890"}})",
         R"(run.network: it must be "sinkhole", "isolated" or "host", and is text of 41 octets)"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(error_of(row.text) == row.error);
    }
}

TEST_CASE("every prefix of a configuration is refused, and nesting without end as well")
{
    for (std::size_t length = 0; length < good.size(); ++length)
        CHECK(error_of(good.substr(0, length)).starts_with("it is not JSON: line 1, column "));
    CHECK(error_of(std::string(50'000, '[')).starts_with("it is not JSON: line 1, column 50001;"));
    const std::string deep = std::string(30'000, '[') + std::string(30'000, ']');
    CHECK(error_of(deep).ends_with("and is a JSON array"));
}

TEST_CASE("a configuration that is not there says nothing")
{
    const test::ScratchFolder folder;
    const auto file = folder.write("file", "");
    for (const auto& path : {folder.path() / "waybill/config.json", file / "waybill/config.json"}) {
        CAPTURE(path.string());
        const auto read = read_user_configuration({path, geteuid(), true});
        REQUIRE(read.has_value());
        CHECK(*read == UserConfiguration{});
    }
}

TEST_CASE("a configuration is followed where its user alone may write to it, or root")
{
    using enum ConfigurationError::Kind;
    const uid_t me = geteuid();
    const uid_t other = me + 1;
    struct Row {
        const char* what;
        mode_t mode;
        uid_t user;
        bool or_root;
        bool is_followed;
        const char* reason;
    };
    const Row rows[] = {
        {"the user's own", 0600, me, false, true, ""},
        {"the user's own, for all to read", 0644, me, true, true, ""},
        {"the group may write", 0660, me, true, false, "others may write to it (mode 0660)"},
        {"all may write", 0602, me, true, false, "others may write to it (mode 0602)"},
        {"another's", 0600, other, false, false, "it belongs to user "},
        {"root's, of another's configuration", 0600, other, true, me == 0, "it belongs to user "},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const OwnFile file{good, row.mode};
        const auto read = read_user_configuration(file.place(row.user, row.or_root));
        REQUIRE(read.has_value() == row.is_followed);
        if (read)
            continue;
        CHECK(read.error().kind == not_trusted);
        CHECK(read.error().message.starts_with(file.path().string() + ": " + row.reason));
        CHECK(read.error().message.contains("so it is not followed"));
    }
}

TEST_CASE("what is wrong in a configuration is told with its file, and what is no file of text is not read")
{
    using enum ConfigurationError::Kind;
    const OwnFile wrong{R"({"version": 3})"};
    const auto read = read_user_configuration(wrong.place());
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error() ==
          ConfigurationError{not_understood,
                             wrong.path().string() + ": version: it must be 1, the only one that this Waybill reads"});

    const test::ScratchFolder folder;
    REQUIRE(::mkfifo((folder.path() / "fifo").c_str(), 0600) == 0);
    const auto large = folder.write("large", std::string(max_configuration_octets + 1, ' '));
    REQUIRE(::chmod(large.c_str(), 0600) == 0);
    for (const auto& path : {folder.path(), folder.path() / "fifo", large}) {
        CAPTURE(path.string());
        const auto unread = read_user_configuration({path, geteuid(), true});
        REQUIRE_FALSE(unread.has_value());
        CHECK(unread.error().kind == unreadable);
        CHECK(unread.error().message.starts_with(path.string() + ": "));
    }
}

TEST_CASE("docs/schemas/config.schema.json has the words that are read, and permits no others")
{
    std::ifstream file{test::source_folder() / "docs/schemas/config.schema.json"};
    const Json schema = Json::parse(file);
    const Json& run = schema.at("properties").at("run");
    CHECK(schema.at("additionalProperties") == false);
    CHECK(run.at("additionalProperties") == false);
    CHECK(schema.at("properties").at("version").at("const") == UserConfiguration::version);
    CHECK(schema.at("required") == Json{"version"});
    CHECK(run.at("properties").size() == 2);
    for (const char* member : {"network", "uplink"}) {
        const Json& words = run.at("properties").at(member).at("enum");
        CHECK(words.size() == (std::string_view{member} == "network" ? 3 : 2));
        for (const Json& word : words) {
            CAPTURE(word.dump());
            CHECK(error_of(Json{{"version", 1}, {"run", {{member, word}}}}.dump()) == "it is read");
        }
    }
}
