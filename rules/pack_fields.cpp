#include "rules/pack_fields.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/ascii.h"

namespace waybill::rules {
namespace {

bool is_id_character(char character)
{
    return (character >= 'a' && character <= 'z') || is_digit(character) || character == '-' || character == '.';
}

/// Whether a name may stand in an environment (POSIX.1-2017, 8.1), as a shell takes it.
bool is_variable(std::string_view name)
{
    const auto is_letter = [](char character) {
        const char lower = to_lower(character);
        return (lower >= 'a' && lower <= 'z') || character == '_';
    };
    return !name.empty() && is_letter(name.front()) &&
           std::ranges::all_of(name, [&](char character) { return is_letter(character) || is_digit(character); });
}

/// Whether a path stays below the folder that it is relative to.
bool stays_below(std::string_view path)
{
    const std::filesystem::path written{path};
    return written.is_relative() && std::ranges::none_of(written, [](const auto& part) { return part == ".."; });
}

Source source(JsonValue value, const JsonPlace& place, std::optional<FieldError>& error)
{
    JsonObject in{value, place, error};
    Source source;
    source.title = in.text("title");
    source.url = in.text("url");
    check_url(in, "url", source.url);
    source.grade = word(in, "grade", source_grades);
    source.read = date(in, "read");
    source.paraphrase = in.text("paraphrase");
    source.read_via = in.optional_text("read_via");
    in.finish();
    return source;
}

SwitchFile switch_file(JsonValue value, const JsonPlace& place, std::optional<FieldError>& error)
{
    JsonObject in{value, place, error};
    SwitchFile file;
    file.path = in.text("path");
    if (!stays_below(file.path))
        in.fail("path", fmt::format("\"{}\" must be relative to HOME and stay below it", file.path));
    in.object_optional("json", [&](JsonValue object, const JsonPlace&) { file.json = object->text; });
    file.text = in.optional_text("text");
    if (file.json.has_value() == file.text.has_value())
        in.fail("json", "a file has either \"json\" or \"text\"");
    in.finish();
    return file;
}

SwitchSetting setting(JsonValue value, const JsonPlace& place, std::optional<FieldError>& error)
{
    JsonObject in{value, place, error};
    SwitchSetting set;
    in.object_optional("environment", [&](JsonValue object, const JsonPlace& where) {
        JsonObject variables{object, where, error};
        variables.each_text([&](std::string_view name, std::string_view text) {
            if (!is_variable(name))
                variables.fail(name, "it is not the name of a variable; write letters, digits and underscores");
            set.environment.emplace_back(name, text);
        });
    });
    set.arguments = in.optional_texts("arguments");
    set.command = in.optional_texts("command");
    in.object_optional("file",
                       [&](JsonValue object, const JsonPlace& where) { set.file = switch_file(object, where, error); });
    in.finish();
    const int forms = (set.environment.empty() ? 0 : 1) + (set.arguments.empty() ? 0 : 1) +
                      (set.command.empty() ? 0 : 1) + (set.file ? 1 : 0);
    if (forms != 1)
        in.fail({}, R"(it needs one of "environment", "arguments", "command" and "file", and it alone)");
    return set;
}

}  // namespace

bool is_id(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, is_id_character);
}

bool is_named_id(std::string_view text)
{
    const std::size_t slash = text.find('/');
    return slash != std::string_view::npos && is_id(text.substr(0, slash)) && is_id(text.substr(slash + 1));
}

bool is_id_of(std::string_view text, std::string_view pack)
{
    return text.starts_with(pack) && text.substr(pack.size()).starts_with('/') && is_id(text.substr(pack.size() + 1));
}

Date date(JsonObject& in, std::string_view name)
{
    const auto day = parse_date(in.text(name));
    if (!day)
        in.fail(name, "it must be a date such as 2026-08-22");
    return day.value_or(Date{});
}

void check_url(JsonObject& in, std::string_view name, std::string_view url)
{
    if (!is_web_address(url))
        in.fail(name, fmt::format("\"{}\" is not a web address; write https://host/path", url));
}

std::vector<Purpose> purposes(JsonObject& in, std::string_view name)
{
    std::vector<Purpose> found;
    for (const std::string_view written : in.texts(name)) {
        if (const auto purpose = parse_purpose(written))
            found.push_back(*purpose);
        else
            in.fail(name, fmt::format("\"{}\" is not a purpose; docs/formats/rule-pack.md lists them", written));
    }
    if (found.empty())
        in.fail(name, "it needs at least one purpose; \"unknown\" is one");
    return found;
}

std::vector<Source> sources(JsonObject& in, std::optional<FieldError>& error)
{
    std::vector<Source> found;
    in.each("sources",
            [&](JsonValue element, const JsonPlace& where) { found.push_back(source(element, where, error)); });
    if (found.empty())
        in.fail("sources", "it needs at least one source");
    return found;
}

Switch read_switch(JsonValue value, const JsonPlace& place, std::string_view pack, std::optional<FieldError>& error)
{
    JsonObject in{value, place, error};
    Switch found;
    found.id = in.text("id");
    if (!is_id_of(found.id, pack))
        in.fail("id", fmt::format("it must be \"{}/\" and a name of a-z, 0-9, '-' and '.'", pack));
    found.products = in.texts("products");
    if (found.products.empty())
        in.fail("products", "a switch needs at least one product");
    found.name = in.text("name");
    found.kind = word(in, "kind", switch_kinds);
    in.object_optional("set",
                       [&](JsonValue object, const JsonPlace& where) { found.set = setting(object, where, error); });
    found.effect = in.text("effect");
    found.covers = purposes(in, "covers");
    found.sources = sources(in, error);
    in.finish();
    return found;
}

}  // namespace waybill::rules
