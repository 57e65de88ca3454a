#include "rules/recipe/read_recipe.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/digest.h"
#include "base/file.h"
#include "base/json_object.h"
#include "base/text.h"
#include "model/command_variable.h"
#include "rules/recipe/read_steps.h"
#include "rules/recipe/recipe_texts.h"

namespace waybill::rules {
namespace {

constexpr std::size_t max_recipe_octets = 4U << 20U;
constexpr std::string_view format_name = "waybill-recipe/1";
constexpr std::array modes{NetworkMode::sinkhole, NetworkMode::isolated, NetworkMode::host};
constexpr std::uint64_t most_cells = 1'000;  // of a terminal, either way: more than any screen shows

/// Reads one recipe; what it meets first goes to `error_`.
class RecipeReader {
public:
    std::expected<Recipe, FieldError> read(const JsonDocument& document)
    {
        const JsonPlace root;
        JsonObject in{{&document, 0}, root, error_};
        if (in.text("format") != format_name)
            in.fail("format", fmt::format("it must be \"{}\"", format_name));
        Recipe recipe;
        recipe.name = shown_text(in, "name").value_or("");
        if (recipe.name.empty())
            in.fail("name", "it is missing; write what the recipe is of");
        recipe.command = command(in);
        recipe.network = network(in);
        recipe.fresh_home = has_fresh_home(in);
        recipe.clean_environment = in.optional_boolean("clean_environment").value_or(false);
        recipe.environment = environment(in, recipe.fresh_home);
        recipe.files = files(in, recipe.fresh_home);
        if (const auto list = in.optional_value("arguments"))
            recipe.arguments = command_words(*list, {&root, "arguments", {}}, error_);
        recipe.set_up = commands(in, root, "set_up");
        recipe.clean_up = commands(in, root, "clean_up");
        recipe.terminal = terminal(in);
        recipe.steps = read_steps(in, error_);
        if (!recipe.steps.empty() && !recipe.terminal)
            in.fail("terminal", R"(steps need one; add "terminal": {})");
        recipe.timeout = optional_time(in, "timeout");
        if (recipe.timeout == std::chrono::milliseconds{0})
            in.fail("timeout", "it is too short");
        recipe.linger = optional_time(in, "linger");
        recipe.account = shown_text(in, "account").value_or("");
        in.finish();
        if (error_)
            return std::unexpected(*error_);
        return recipe;
    }

private:
    Recipe::CommandLine command(JsonObject& in)
    {
        const JsonPlace root;
        const auto list = in.optional_value("command");
        if (!list)
            return {};
        auto words = command_words(*list, {&root, "command", {}}, error_);
        if (words.empty() || words.front().empty())
            in.fail("command", "it must begin with the program; leave it out where the command line says it");
        return words;
    }

    static std::optional<NetworkMode> network(JsonObject& in)
    {
        const auto word = in.optional_text("network");
        if (!word)
            return std::nullopt;
        const auto mode = std::ranges::find_if(modes, [&](NetworkMode each) { return text(each) == *word; });
        if (mode != modes.end())
            return *mode;
        in.fail("network", R"(it must be "sinkhole", "isolated" or "host")");
        return std::nullopt;
    }

    static bool has_fresh_home(JsonObject& in)
    {
        const auto word = in.optional_text("home");
        if (word && *word != "fresh" && *word != "own")
            in.fail("home", R"(it must be "fresh" or "own")");
        return word == "fresh";
    }

    std::vector<std::pair<std::string, std::string>> environment(JsonObject& in, bool fresh_home)
    {
        std::vector<std::pair<std::string, std::string>> variables;
        in.object_optional("environment", [&](JsonValue value, const JsonPlace& place) {
            JsonObject fields{value, place, error_};
            fields.each_field([&](std::string_view name, JsonValue field) {
                const std::string shown = printable(name);
                if (!is_variable_name(name))
                    return fields.fail(shown, "it is no name of a variable; write visible characters without '='");
                if (const auto objection = objection_to_variable(name, fresh_home))
                    return fields.fail(shown, *objection);
                if (!field.is_text() || field->text.contains('\0'))
                    return fields.fail(shown, "it must be text, without a NUL");
                variables.emplace_back(name, field->text);
            });
        });
        return variables;
    }

    Recipe::File file(JsonValue value, const JsonPlace& place)
    {
        JsonObject in{value, place, error_};
        Recipe::File file;
        file.path = in.text("path");
        if (!in.failed() && !is_path_below_home(file.path))
            in.fail("path", "it must be a path below HOME, such as .tool/settings.json, without '.', '..' and '//'");
        const auto json = in.optional_value("json");
        const auto octets = in.optional_value("text");
        if (json.has_value() == octets.has_value())
            in.fail("path", R"(a file needs either "json" or "text")");
        if (octets && !octets->is_text())
            in.fail("text", "it must be text");
        else if (octets)
            file.octets = (*octets)->text;
        const bool is_structure =
            json && ((*json)->kind == JsonDocument::Kind::object || (*json)->kind == JsonDocument::Kind::array);
        if (json && !is_structure)
            in.fail("json", "it must be an object or a list");
        else if (json)
            file.octets = std::string{(*json)->text} + "\n";
        in.finish();
        return file;
    }

    std::vector<Recipe::File> files(JsonObject& in, bool fresh_home)
    {
        std::vector<Recipe::File> files;
        in.each_optional("files", [&](JsonValue value, const JsonPlace& place) {
            Recipe::File made = file(value, place);
            const auto other =
                std::ranges::find_if(files, [&](const Recipe::File& each) { return collide(each.path, made.path); });
            if (other != files.end() && !error_)
                error_ = FieldError{place.text() + ".path",
                                    fmt::format("{} stands before and is the same file, or its folder, or in it",
                                                printable(other->path))};
            files.push_back(std::move(made));
        });
        if (!files.empty() && !fresh_home)
            in.fail("files", R"(they are made in a fresh HOME alone; add "home": "fresh")");
        return files;
    }

    std::vector<Recipe::CommandLine> commands(JsonObject& in, const JsonPlace& root, std::string_view name)
    {
        std::vector<Recipe::CommandLine> all;
        const auto list = in.optional_value(name);
        if (!list)
            return all;
        each_element(*list, {&root, name, {}}, error_, [&](JsonValue element, const JsonPlace& place) {
            all.push_back(command_words(element, place, error_));
            if ((all.back().empty() || all.back().front().empty()) && !error_)
                error_ = FieldError{place.text(), R"(it must be a command line such as ["npm", "ci"])"};
        });
        return all;
    }

    std::optional<TerminalSize> terminal(JsonObject& in)
    {
        std::optional<TerminalSize> made;
        in.object_optional("terminal", [&](JsonValue value, const JsonPlace& place) {
            JsonObject fields{value, place, error_};
            TerminalSize& size = made.emplace();
            for (const auto& [name, cells] : {std::pair{"columns", &size.columns}, std::pair{"rows", &size.rows}}) {
                const std::uint64_t number = fields.optional_count(name).value_or(*cells);
                if (number == 0 || number > most_cells)
                    fields.fail(name, fmt::format("it must be from 1 to {}", most_cells));
                *cells = static_cast<std::uint16_t>(std::min(number, most_cells));
            }
            fields.finish();
        });
        return made;
    }

    std::optional<FieldError> error_;
};

}  // namespace

std::expected<Recipe, FieldError> parse_recipe(std::string octets)
{
    const auto document = JsonDocument::parse(octets, JsonDocument::Hidden::kept);
    if (!document)
        return std::unexpected(document.error());
    auto recipe = RecipeReader{}.read(*document);
    if (!recipe)
        return recipe;
    recipe->sha256 = sha256_hex(as_octets(octets));
    recipe->octets = std::move(octets);
    return recipe;
}

std::expected<Recipe, RecipeError> read_recipe(const std::filesystem::path& file)
{
    using enum RecipeError::Kind;
    auto octets = read_file(file, max_recipe_octets);
    if (!octets)
        return std::unexpected(RecipeError{unreadable, octets.error()});
    auto recipe = parse_recipe(*std::move(octets));
    if (recipe)
        return *std::move(recipe);
    const auto& [where, what] = recipe.error();
    return std::unexpected(RecipeError{not_understood, where.empty()
                                                           ? fmt::format("{}: {}", file.string(), what)
                                                           : fmt::format("{}: {}: {}", file.string(), where, what)});
}

}  // namespace waybill::rules
