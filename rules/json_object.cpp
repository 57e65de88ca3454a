#include "rules/json_object.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "base/text.h"

namespace waybill::rules {
namespace {

using Json = nlohmann::json;

constexpr std::size_t max_depth = 16;  // a pack needs 6

/// Stops nlohmann's parser; never leaves this file.
struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Watches the parser for what it would accept silently.
class Watch {
public:
    void see(Json::parse_event_t event, const Json& parsed)
    {
        switch (event) {
            case Json::parse_event_t::object_start:
            case Json::parse_event_t::array_start:
                names_.emplace_back();
                if (names_.size() > max_depth)
                    throw Refused{fmt::format("it nests deeper than {} levels", max_depth)};
                break;
            case Json::parse_event_t::object_end:
            case Json::parse_event_t::array_end:
                if (!names_.empty())
                    names_.pop_back();
                break;
            case Json::parse_event_t::key:
                check_text(parsed);
                if (!names_.empty() && !names_.back().insert(parsed.get_ref<const std::string&>()).second)
                    throw Refused{fmt::format("the field \"{}\" stands twice in one object; keep one of them",
                                              parsed.get_ref<const std::string&>())};
                break;
            case Json::parse_event_t::value:
                check_text(parsed);
                break;
        }
    }

private:
    static void check_text(const Json& value)
    {
        if (value.is_string() && printable(value.get_ref<const std::string&>()) != value.get_ref<const std::string&>())
            throw Refused{fmt::format("the text \"{}\" hides a control character; take it out",
                                      printable(value.get_ref<const std::string&>()))};
    }

    std::vector<std::set<std::string>> names_;  // of the objects that are open
};

}  // namespace

std::expected<nlohmann::json, FieldError> parse_json(std::string_view text)
{
    try {
        Watch watch;
        return Json::parse(text, [&](int /*depth*/, Json::parse_event_t event, Json& parsed) {
            watch.see(event, parsed);
            return true;
        });
    } catch (const Refused& refusal) {
        return std::unexpected(FieldError{{}, refusal.what()});
    } catch (const Json::exception& problem) {
        return std::unexpected(FieldError{{}, fmt::format("it is not JSON: {}", printable(problem.what()))});
    }
}

JsonObject::JsonObject(const nlohmann::json& value, std::string where, std::optional<FieldError>& error)
    : value_{value}, where_{std::move(where)}, error_{error}
{
    if (!value_.is_object() && !failed())
        error_ = FieldError{where_, "it must be an object, in { }"};
}

std::string JsonObject::path(std::string_view name) const
{
    return where_.empty() ? std::string{name} : fmt::format("{}.{}", where_, name);
}

void JsonObject::fail(std::string_view name, std::string what)
{
    if (!failed())
        error_ = FieldError{path(name), std::move(what)};
}

const nlohmann::json* JsonObject::find(std::string_view name)
{
    known_.emplace(name);
    if (failed())
        return nullptr;
    const auto field = value_.find(name);
    return field == value_.end() ? nullptr : &*field;
}

std::optional<std::string> JsonObject::optional_text(std::string_view name)
{
    const Json* field = find(name);
    if (field == nullptr)
        return std::nullopt;
    if (!field->is_string() || field->get_ref<const std::string&>().empty()) {
        fail(name, "it must be text that is not empty");
        return std::nullopt;
    }
    return field->get<std::string>();
}

std::string JsonObject::text(std::string_view name)
{
    auto value = optional_text(name);
    if (!value)
        fail(name, "it is missing; add it");
    return std::move(value).value_or(std::string{});
}

std::vector<std::string> JsonObject::optional_texts(std::string_view name)
{
    std::vector<std::string> values;
    each_optional(name, [&](const Json& element, const std::string& where) {
        if (element.is_string() && !element.get_ref<const std::string&>().empty())
            values.push_back(element.get<std::string>());
        else if (!failed())
            error_ = FieldError{where, "it must be text that is not empty"};
    });
    return values;
}

std::vector<std::string> JsonObject::texts(std::string_view name)
{
    if (find(name) == nullptr)
        fail(name, "it is missing; add it");
    return optional_texts(name);
}

void JsonObject::each_optional(std::string_view name, const Read& read)
{
    const Json* field = find(name);
    if (field == nullptr)
        return;
    if (!field->is_array())
        return fail(name, "it must be a list, in [ ]");
    std::size_t index = 0;
    for (const Json& element : *field) {
        if (failed())
            return;
        read(element, fmt::format("{}[{}]", path(name), index++));
    }
}

void JsonObject::each(std::string_view name, const Read& read)
{
    if (find(name) == nullptr)
        fail(name, "it is missing; add it");
    each_optional(name, read);
}

void JsonObject::object(std::string_view name, const Read& read)
{
    const Json* field = find(name);
    if (field == nullptr)
        return fail(name, "it is missing; add it");
    read(*field, path(name));
}

void JsonObject::finish()
{
    if (failed())
        return;
    for (const auto& [name, field] : value_.items())
        if (!known_.contains(name))
            return fail(printable(name), "there is no such field; a comment is a \"note\"");
}

}  // namespace waybill::rules
