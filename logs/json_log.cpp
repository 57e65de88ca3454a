#include "logs/json_log.h"

#include <array>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "logs/headings.h"
#include "logs/json_members.h"
#include "logs/named_endpoint.h"
#include "logs/sysmon_event.h"
#include "logs/zeek_log.h"

namespace waybill::logs {
namespace {

using Json = nlohmann::json;

std::optional<Json> parse(std::string_view text)
{
    Json json = Json::parse(text, nullptr, false);  // without exceptions
    if (json.is_discarded() || !(json.is_object() || json.is_array()))
        return std::nullopt;
    return json;
}

/// The first of these members that holds a text or a number.
std::string first_of(const Json& json, std::span<const std::string_view> paths)
{
    for (const std::string_view path : paths)
        if (std::string text = text_at(json, path); !text.empty())
            return text;
    return {};
}

LogRecord read_adguard(const Json& json)
{
    constexpr std::array<std::string_view, 3> paths{"QH", "question.name", "question.host"};
    const std::string name = first_of(json, paths);
    return name.empty() ? LogRecord{} : read_name_record(name, NamedBy::dns_query);
}

/// Version 6 gives objects, earlier ones lists: time, type, name, client.
LogRecord read_pihole(const Json& json)
{
    constexpr std::size_t place = 2;
    std::string name = text_at(json, "domain");
    if (json.is_array() && json.size() > place && json[place].is_string())
        name = json[place].get<std::string>();
    return name.empty() ? LogRecord{} : read_name_record(name, NamedBy::dns_query);
}

/// `Name: value` lines of an event's message.
void add_message(std::vector<std::pair<std::string, std::string>>& data, std::string_view message)
{
    while (!message.empty()) {  // every turn takes a line
        const std::size_t end = message.find('\n');
        std::string_view line = message.substr(0, end);
        message.remove_prefix(end == std::string_view::npos ? message.size() : end + 1);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        const std::size_t colon = line.find(": ");
        if (colon != std::string_view::npos)
            data.emplace_back(line.substr(0, colon), trim(line.substr(colon + 2)));
    }
}

LogRecord read_sysmon(const Json& json)
{
    constexpr std::array<std::string_view, 5> ids{"winlog.event_id", "Event.System.EventID",
                                                  "Event.System.EventID.#text", "EventID", "Id"};
    constexpr std::array<std::string_view, 4> providers{"winlog.provider_name", "ProviderName",
                                                        "Event.System.Provider.#attributes.Name", "Provider"};
    constexpr std::array<std::string_view, 4> computers{"winlog.computer_name", "MachineName", "Event.System.Computer",
                                                        "Computer"};
    constexpr std::array<std::string_view, 3> places{"winlog.event_data", "Event.EventData", "EventData"};
    WindowsEvent event{first_of(json, providers), first_of(json, ids), first_of(json, computers), {}};
    for (const std::string_view place : places)
        if (const Json* const data = find_member(json, place); data != nullptr && data->is_object())
            for (const auto& [name, value] : data->items())
                event.data.emplace_back(name, text_of(value));
    if (event.data.empty())
        add_message(event.data, text_at(json, "Message"));
    return read_sysmon_event(event);
}

LogRecord read_other(const Json& json, std::string_view field)
{
    static_assert(Leaves::max_leaves == 512);
    Leaves leaves = leaves_of(json);
    if (leaves.more && field.empty())
        return not_understood("it has more than 512 members; name the one that holds the endpoint with --field");
    Roles roles = leaves.more ? Roles{} : Roles::guess(leaves.names);  // of some alone the most telling may not be one
    if (!field.empty()) {
        roles.set(Role::host, leaves.values.size());
        leaves.values.push_back(text_at(json, field));
    }
    return roles.read(leaves.values);
}

bool has(const Json& json, std::string_view path)
{
    return find_member(json, path) != nullptr;
}

bool is_zeek(const Json& json)
{
    return has(json, "id.resp_h") || (has(json, "ts") && has(json, "uid")) || (has(json, "_path") && has(json, "ts"));
}

bool is_sysmon(const Json& json)
{
    return has(json, "winlog") || has(json, "Event.System") || (has(json, "Id") && has(json, "ProviderName")) ||
           (has(json, "EventID") && has(json, "EventData"));
}

}  // namespace

std::optional<JsonDialect> guess_dialect(std::string_view text)
{
    const auto json = parse(text);
    if (!json)
        return std::nullopt;
    if (json->is_array())
        return JsonDialect::pihole;
    if (is_zeek(*json))
        return JsonDialect::zeek;
    if (has(*json, "QH") || (has(*json, "question") && has(*json, "client")))
        return JsonDialect::adguard;
    if (has(*json, "domain") && has(*json, "client") && has(*json, "status"))
        return JsonDialect::pihole;
    return is_sysmon(*json) ? JsonDialect::sysmon : JsonDialect::other;
}

bool has_known_member(std::string_view text)
{
    const auto json = parse(text);
    if (!json)
        return false;
    const Leaves leaves = leaves_of(*json);
    return leaves.more || Roles::guess(leaves.names).name_endpoint();  // a record alone tells that it has too many
}

LogRecord read_json_record(std::string_view text, JsonDialect dialect, std::string_view field)
{
    const auto json = parse(text);
    if (!json)
        return not_understood("it is no JSON object");
    switch (dialect) {
        case JsonDialect::zeek:
            return read_zeek_record(text_at(*json, "_path"),
                                    [&](std::string_view name) { return text_at(*json, name); });
        case JsonDialect::adguard:
            return read_adguard(*json);
        case JsonDialect::pihole:
            return read_pihole(*json);
        case JsonDialect::sysmon:
            return read_sysmon(*json);
        case JsonDialect::other:
            break;
    }
    return read_other(*json, field);
}

}  // namespace waybill::logs
