#include "base/json_object.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <ranges>
#include <system_error>
#include <utility>

#include "base/text.h"

namespace waybill {
namespace {

constexpr std::string_view comment = "note";
constexpr unsigned max_fields = 64;  // bits of `known_`; no object that we read has as many

}  // namespace

std::string JsonPlace::text() const
{
    std::vector<const JsonPlace*> way;  // from here to the root
    for (const JsonPlace* place = this; place != nullptr; place = place->parent)
        way.push_back(place);
    std::string path;
    for (const JsonPlace* const place : way | std::views::reverse) {
        if (place->element)
            path += fmt::format("[{}]", *place->element);
        else if (!place->name.empty())
            path += fmt::format("{}{}", path.empty() ? "" : ".", place->name);
    }
    return path;
}

JsonObject::JsonObject(JsonValue value, const JsonPlace& place, std::optional<FieldError>& error)
    : value_{value}, place_{place}, error_{error}, next_{first()}
{
    if (value_->kind != JsonDocument::Kind::object && !failed())
        error_ = FieldError{place_.text(), "it must be an object, in { }"};
}

void JsonObject::fail(std::string_view name, std::string what)
{
    if (!failed())
        error_ = FieldError{JsonPlace{&place_, name, {}}.text(), std::move(what)};
}

std::optional<JsonValue> JsonObject::find(std::string_view name)
{
    if (failed())
        return std::nullopt;
    const Field behind = next_;
    const auto found = find_between(name, behind, end());
    return found ? found : find_between(name, first(), behind.name);
}

std::optional<JsonValue> JsonObject::find_between(std::string_view name, Field from, std::uint32_t end)
{
    const auto& values = value_.document->values();
    for (Field field = from; field.name < end; ++field.place) {
        const JsonValue value{value_.document, field.name + 1};
        const bool is_it = values[field.name].text == name;
        field.name = value->next;
        if (!is_it)
            continue;
        if (field.place < max_fields)
            known_ |= std::uint64_t{1} << field.place;
        next_ = {field.name, field.place + 1};
        return value;
    }
    return std::nullopt;
}

void JsonObject::require(std::string_view name, const std::optional<JsonValue>& value)
{
    if (!value)
        fail(name, "it is missing; add it");
}

std::optional<std::string_view> JsonObject::optional_text(std::string_view name)
{
    const auto field = find(name);
    if (!field)
        return std::nullopt;
    if (!field->is_text() || (*field)->text.empty()) {
        fail(name, "it must be text that is not empty");
        return std::nullopt;
    }
    return (*field)->text;
}

std::string_view JsonObject::text(std::string_view name)
{
    const auto value = optional_text(name);
    if (!value)
        fail(name, "it is missing; add it");
    return value.value_or(std::string_view{});
}

JsonObject::Texts JsonObject::read_texts(std::string_view name, std::optional<JsonValue> list)
{
    Texts values;
    if (!list)
        return values;
    read_each(name, *list, [&](JsonValue element, const JsonPlace& place) {
        if (element.is_text() && !element->text.empty())
            values.push_back(element->text);
        else if (!failed())
            error_ = FieldError{place.text(), "it must be text that is not empty"};
    });
    return values;
}

JsonObject::Texts JsonObject::optional_texts(std::string_view name)
{
    return read_texts(name, find(name));
}

JsonObject::Texts JsonObject::texts(std::string_view name)
{
    const auto list = find(name);
    require(name, list);
    return read_texts(name, list);
}

void JsonObject::read_each(std::string_view name, JsonValue list, const Read& read)
{
    each_element(list, JsonPlace{&place_, name, {}}, error_, read);
}

void JsonObject::each_optional(std::string_view name, const Read& read)
{
    if (const auto list = find(name))
        read_each(name, *list, read);
}

void JsonObject::each(std::string_view name, const Read& read)
{
    const auto list = find(name);
    require(name, list);
    if (list)
        read_each(name, *list, read);
}

void JsonObject::object(std::string_view name, const Read& read)
{
    const auto field = find(name);
    require(name, field);
    if (field)
        read(*field, JsonPlace{&place_, name, {}});
}

void JsonObject::object_optional(std::string_view name, const Read& read)
{
    const auto field = find(name);
    if (!field)
        return;
    if ((*field)->kind != JsonDocument::Kind::object)
        return fail(name, "it must be an object, in { }");
    read(*field, JsonPlace{&place_, name, {}});
}

void JsonObject::each_field(const std::function<void(std::string_view, JsonValue)>& see)
{
    const auto& values = value_.document->values();
    for (Field field = first(); field.name < end() && !failed(); ++field.place) {
        const std::string_view name = values[field.name].text;
        const JsonValue value{value_.document, field.name + 1};
        field.name = value->next;
        see(name, value);
    }
}

void JsonObject::each_text(const std::function<void(std::string_view, std::string_view)>& see)
{
    each_field([&](std::string_view name, JsonValue value) {
        if (!value.is_text() || value->text.empty())
            return fail(name, "it must be text that is not empty");
        see(name, value->text);
    });
}

std::optional<bool> JsonObject::optional_boolean(std::string_view name)
{
    const auto field = find(name);
    if (!field)
        return std::nullopt;
    if ((*field)->kind != JsonDocument::Kind::boolean) {
        fail(name, "it must be true or false");
        return std::nullopt;
    }
    return (*field)->text == "true";
}

template <class Number>
std::optional<Number> JsonObject::optional_number(std::string_view name, Number most, std::string_view wanted)
{
    const auto field = find(name);
    if (!field)
        return std::nullopt;
    const std::string_view text = (*field)->text;
    const char* const behind = text.data() + text.size();  // NOLINT(cppcoreguidelines-pro-bounds-pointer-arithmetic)
    Number number{};
    const auto [end, problem] = std::from_chars(text.data(), behind, number);
    const bool is_number = (*field)->kind == JsonDocument::Kind::number && problem == std::errc{} && end == behind &&
                           number >= 0 && number <= most;
    if (!is_number) {
        fail(name, fmt::format("it must be {}", wanted));
        return std::nullopt;
    }
    return number;
}

std::optional<std::uint64_t> JsonObject::optional_count(std::string_view name)
{
    return optional_number(name, std::numeric_limits<std::uint64_t>::max(), "a whole number from 0");
}

std::optional<double> JsonObject::optional_share(std::string_view name)
{
    return optional_number(name, 1.0, "a number from 0 to 1");
}

void each_element(JsonValue list, const JsonPlace& place, std::optional<FieldError>& error,
                  const JsonObject::Read& read)
{
    if (list->kind != JsonDocument::Kind::array) {
        if (!error)
            error = FieldError{place.text(), "it must be a list, in [ ]"};
        return;
    }
    JsonPlace element_place{&place, {}, 0};
    for (JsonValue element{list.document, list.number + 1}; element.number < list->next && !error;
         element.number = element->next) {
        read(element, element_place);
        ++*element_place.element;
    }
}

void JsonObject::finish()
{
    if (failed())
        return;
    const auto& values = value_.document->values();
    for (Field field = first(); field.name < end(); ++field.place, field.name = values[field.name + 1].next) {
        const bool is_known = field.place < max_fields && (known_ >> field.place & 1U) != 0;
        if (!is_known && values[field.name].text != comment)
            return fail(printable(values[field.name].text), "there is no such field; a comment is a \"note\"");
    }
}

}  // namespace waybill
