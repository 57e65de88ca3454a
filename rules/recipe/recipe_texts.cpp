#include "rules/recipe/recipe_texts.h"

#include <fmt/format.h>

#include "base/duration_text.h"
#include "base/text.h"

namespace waybill::rules {

std::optional<std::string> shown_text(JsonObject& in, std::string_view name)
{
    const auto text = in.optional_text(name);
    if (!text)
        return std::nullopt;
    if (!hides_nothing(*text))
        in.fail(name, fmt::format("the text \"{}\" hides a control character; take it out", printable(*text)));
    return std::string{*text};
}

std::optional<std::chrono::milliseconds> optional_time(JsonObject& in, std::string_view name)
{
    const auto text = in.optional_text(name);
    if (!text)
        return std::nullopt;
    const auto time = parse_duration(*text);
    if (time)
        return *time;
    in.fail(name, printable(time.error()));
    return std::nullopt;
}

std::vector<std::string> command_words(JsonValue list, const JsonPlace& place, std::optional<FieldError>& error)
{
    std::vector<std::string> words;
    each_element(list, place, error, [&](JsonValue element, const JsonPlace& where) {
        if (element.is_text() && !element->text.contains('\0'))
            words.emplace_back(element->text);
        else
            error = FieldError{where.text(), "it must be text, without a NUL"};
    });
    return words;
}

bool is_path_below_home(std::string_view path)
{
    if (path.empty() || path.contains('\0'))
        return false;
    while (true) {  // every turn takes a part
        const std::size_t slash = path.find('/');
        const std::string_view part = path.substr(0, slash);
        if (part.empty() || part == "." || part == "..")
            return false;
        if (slash == std::string_view::npos)
            return true;
        path.remove_prefix(slash + 1);
    }
}

bool collide(std::string_view one, std::string_view other)
{
    const std::string_view shorter = one.size() <= other.size() ? one : other;
    const std::string_view longer = one.size() <= other.size() ? other : one;
    return longer.starts_with(shorter) && (longer.size() == shorter.size() || longer[shorter.size()] == '/');
}

}  // namespace waybill::rules
