#include "capture/user_configuration.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <vector>

#include "base/file.h"
#include "capture/privileges.h"

namespace waybill {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::size_t longest_quotation = 40;  // of a file in a message
constexpr std::array modes{NetworkMode::sinkhole, NetworkMode::isolated, NetworkMode::host};
constexpr std::array uplinks{contained::UplinkKind::pasta, contained::UplinkKind::slirp4netns};
constexpr std::array<std::string_view, 2> members_of_file{"version", "run"};
constexpr std::array<std::string_view, 2> members_of_run{"network", "uplink"};
constexpr std::string_view whole_example = R"({"version": 1, "run": {"network": "sinkhole"}})";

std::string in_quotes(std::string_view text)
{
    return text.size() > longest_quotation ? fmt::format("text of {} octets", text.size())
                                           : fmt::format("\"{}\"", text);
}

/// `"a", "b" or "c"`.
std::string choice_of(std::span<const std::string_view> words)
{
    std::string list;
    for (std::size_t at = 0; at < words.size(); ++at) {
        const std::string_view before = at == 0 ? "" : at + 1 == words.size() ? " or " : ", ";
        list += fmt::format("{}\"{}\"", before, words[at]);
    }
    return list;
}

/// What a value is, in few words: a number or what holds others may be long.
std::string described(const Json& value)
{
    return value.is_string() ? in_quotes(value.get_ref<const std::string&>())
                             : fmt::format("a JSON {}", value.type_name());
}

/// What of an object is no member of it.
std::optional<std::string> strange_member(const Json& object, std::string_view path,
                                          std::span<const std::string_view> members)
{
    for (const auto& [name, value] : object.items())
        if (std::ranges::find(members, std::string_view{name}) == members.end())
            return fmt::format("{}{}: there is no such member; write {}", path,
                               name.size() > longest_quotation ? in_quotes(name) : name, choice_of(members));
    return std::nullopt;
}

/// The value whose word stands in the member, nothing where there is no such member.
template <class Value, std::size_t count>
std::expected<std::optional<Value>, std::string> word_in(const Json& run, const char* member,
                                                         const std::array<Value, count>& values)
{
    const auto found = run.find(member);
    if (found == run.end())
        return std::nullopt;
    std::vector<std::string_view> words;
    for (const Value value : values) {
        words.push_back(text(value));
        if (found->is_string() && found->get_ref<const std::string&>() == words.back())
            return value;
    }
    return std::unexpected(
        fmt::format("run.{}: it must be {}, and is {}", member, choice_of(words), described(*found)));
}

std::expected<UserConfiguration, std::string> configuration_from(const Json& json)
{
    if (!json.is_object())
        return std::unexpected(
            fmt::format("it must be an object such as {}, and is {}", whole_example, described(json)));
    if (auto strange = strange_member(json, "", members_of_file))
        return std::unexpected(*std::move(strange));
    const auto version = json.find("version");
    if (version == json.end())
        return std::unexpected(R"(version: it is missing; write "version": 1)");
    if (!version->is_number_integer() || *version != UserConfiguration::version)
        return std::unexpected("version: it must be 1, the only one that this Waybill reads");
    const auto run = json.find("run");
    if (run == json.end())
        return UserConfiguration{};
    if (!run->is_object())
        return std::unexpected(
            fmt::format(R"(run: it must be an object such as {{"network": "sinkhole"}}, and is {})", described(*run)));
    if (auto strange = strange_member(*run, "run.", members_of_run))
        return std::unexpected(*std::move(strange));
    const auto network = word_in(*run, "network", modes);
    if (!network)
        return std::unexpected(network.error());
    const auto uplink = word_in(*run, "uplink", uplinks);
    if (!uplink)
        return std::unexpected(uplink.error());
    return UserConfiguration{*network, *uplink};
}

/// Watches the members of each open object while JSON is read: the library keeps the last of two with one name.
class RepeatedMembers {
public:
    void see(Json::parse_event_t event, const Json& parsed)
    {
        if (event == Json::parse_event_t::object_start)
            open_.emplace_back();
        else if (event == Json::parse_event_t::object_end)
            open_.pop_back();
        else if (event == Json::parse_event_t::key && !open_.back().insert(parsed.get<std::string>()).second)
            repeated_ = parsed.get<std::string>();
    }
    const std::optional<std::string>& repeated() const { return repeated_; }

private:
    std::vector<std::set<std::string>> open_;
    std::optional<std::string> repeated_;
};

std::string not_json(std::string_view text, std::size_t octet)
{
    const std::string_view before = text.substr(0, octet == 0 ? 0 : octet - 1);
    const auto line = 1 + std::ranges::count(before, '\n');
    const std::size_t column = before.size() - (before.rfind('\n') + 1) + 1;  // npos + 1 is 0: the first line
    return fmt::format("it is not JSON: line {}, column {}; write {}", line, column, whole_example);
}

std::optional<fs::path> folder_of_caller()
{
    if (const char* const folder = std::getenv("XDG_CONFIG_HOME"); folder != nullptr && *folder == '/')
        return folder;
    const char* const home = std::getenv("HOME");
    if (home == nullptr || *home != '/')
        return std::nullopt;
    return fs::path{home} / ".config";
}

}  // namespace

std::optional<std::string> objection(const FileRights& rights, const ConfigurationPlace& place)
{
    const bool is_owned = rights.owner == place.user || (place.or_root && rights.owner == 0);
    if (!is_owned)
        return fmt::format(
            "it belongs to user {}, not to user {} whose configuration it would be, so it is not followed; "
            "change its owner, or take it away",
            rights.owner, place.user);
    if ((rights.mode & (S_IWGRP | S_IWOTH)) != 0)
        return fmt::format(
            "others may write to it (mode {:04o}), so it is not followed; chmod go-w it, or take it away", rights.mode);
    return std::nullopt;
}

std::optional<ConfigurationPlace> configuration_place()
{
    const fs::path below = fs::path{"waybill"} / "config.json";
    if (const auto user = user_behind_sudo()) {  // sudo's environment says root's home, or who knows whose
        if (!user->home.starts_with('/'))
            return std::nullopt;
        return ConfigurationPlace{fs::path{user->home} / ".config" / below, user->uid, false};
    }
    const auto folder = folder_of_caller();
    if (!folder)
        return std::nullopt;
    return ConfigurationPlace{*folder / below, geteuid(), true};
}

std::expected<UserConfiguration, std::string> parse_user_configuration(std::string_view text)
{
    RepeatedMembers members;
    Json json;
    try {
        json = Json::parse(text, [&](int, Json::parse_event_t event, const Json& parsed) {
            members.see(event, parsed);
            return true;
        });
    } catch (const Json::parse_error& problem) {
        return std::unexpected(not_json(text, problem.byte));
    } catch (const Json::exception&) {  // a number that none of its types holds
        return std::unexpected(fmt::format("it has a number beyond all bounds; write {}", whole_example));
    }
    if (members.repeated())
        return std::unexpected(
            fmt::format("the member {} stands twice in one object; keep one of them", in_quotes(*members.repeated())));
    return configuration_from(json);
}

std::expected<UserConfiguration, ConfigurationError> read_user_configuration(const ConfigurationPlace& place)
{
    using enum ConfigurationError::Kind;
    std::error_code problem;
    const bool is_there = fs::status(place.file, problem).type() != fs::file_type::not_found;
    if (!is_there || problem == std::errc::permission_denied)  // in another user's home: none of the caller's
        return UserConfiguration{};
    bool is_refused = false;
    const auto text = read_regular_file(place.file, max_configuration_octets, [&](const FileRights& rights) {
        auto reason = objection(rights, place);
        is_refused = reason.has_value();
        return reason;
    });
    if (!text)
        return std::unexpected(ConfigurationError{is_refused ? not_trusted : unreadable, text.error()});
    auto configuration = parse_user_configuration(*text);
    if (!configuration)
        return std::unexpected(
            ConfigurationError{not_understood, fmt::format("{}: {}", place.file.string(), configuration.error())});
    return *configuration;
}

}  // namespace waybill
