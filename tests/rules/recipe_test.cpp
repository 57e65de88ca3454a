#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <string>
#include <string_view>

#include "rules/recipe/read_recipe.h"
#include "tests/rules/scratch_folder.h"

namespace {

using namespace waybill;
using namespace std::chrono_literals;
using rules::parse_recipe;

/// A recipe with these members behind the ones that every recipe has.
std::string recipe_with(std::string_view members)
{
    return fmt::format(R"({{"format": "waybill-recipe/1", "name": "one"{}{}}})", members.empty() ? "" : ", ", members);
}

std::string steps(std::string_view list)
{
    return recipe_with(fmt::format(R"("terminal": {{}}, "steps": [{}])", list));
}

}  // namespace

TEST_CASE("a recipe says all that a run is told")
{
    const std::string written = R"({ "format": "waybill-recipe/1", "name": "Acme coder, signed in", "note": "by hand",
      "command": ["acme", "-p", ""], "network": "isolated", "home": "fresh", "clean_environment": true,
      "environment": { "B": "1", "A": "" }, "account": "a team's",
      "files": [ { "path": ".acme/settings.json", "json": { "telemetry": false } }, { "path": "x", "text": "a\n" } ],
      "arguments": ["--extra"], "set_up": [["npm", "ci"], ["true"]], "clean_up": [["acme", "logout"]],
      "terminal": { "columns": 80 },
      "steps": [ { "wait_for": "> ", "note": "its prompt" }, { "wait_for": "ok", "timeout": "2m" },
                 { "type": "hello\r" }, { "mark": "prompt sent" }, { "idle": "500ms" }, { "signal": "INT" },
                 { "wait_for_exit": "30s" } ],
      "timeout": "5m", "linger": "0" })";
    const auto recipe = parse_recipe(written);
    REQUIRE_MESSAGE(recipe.has_value(), recipe.error().where, ": ", recipe.error().what);
    CHECK(recipe->name == "Acme coder, signed in");
    CHECK(recipe->command == Recipe::CommandLine{"acme", "-p", ""});
    CHECK(recipe->network == NetworkMode::isolated);
    CHECK(recipe->fresh_home);
    CHECK(recipe->clean_environment);
    CHECK(recipe->environment == std::vector<std::pair<std::string, std::string>>{{"B", "1"}, {"A", ""}});
    CHECK(recipe->account == "a team's");
    CHECK(recipe->files ==
          std::vector<Recipe::File>{{".acme/settings.json", "{ \"telemetry\": false }\n"}, {"x", "a\n"}});
    CHECK(recipe->arguments == std::vector<std::string>{"--extra"});
    CHECK(recipe->set_up == std::vector<Recipe::CommandLine>{{"npm", "ci"}, {"true"}});
    CHECK(recipe->clean_up == std::vector<Recipe::CommandLine>{{"acme", "logout"}});
    CHECK(recipe->terminal == TerminalSize{80, 40});
    using enum RecipeStep::Kind;
    CHECK(recipe->steps == std::vector<RecipeStep>{{wait_for, "> ", 30s},
                                                   {wait_for, "ok", 2min},
                                                   {type, "hello\r", 0ms},
                                                   {mark, "prompt sent", 0ms},
                                                   {idle, "", 500ms},
                                                   {signal, "INT", 0ms},
                                                   {wait_for_exit, "", 30s}});
    CHECK(recipe->timeout == 5min);
    CHECK(recipe->linger == 0ms);
    CHECK(recipe->octets == written);
    CHECK(recipe->sha256.size() == 64);
}

TEST_CASE("a recipe needs little")
{
    const auto recipe = parse_recipe(recipe_with(""));
    REQUIRE(recipe.has_value());
    CHECK(recipe->command.empty());
    CHECK_FALSE(recipe->network.has_value());
    CHECK_FALSE(recipe->fresh_home);
    CHECK_FALSE(recipe->terminal.has_value());
}

TEST_CASE("what is wrong in a recipe is told with its place and with what to write")
{
    struct Row {
        std::string written;
        FieldError error;
    };
    const Row rows[] = {
        {R"({"name": "one"})", {"format", "it is missing; add it"}},
        {R"({"format": "waybill-recipe/2", "name": "one"})", {"format", R"(it must be "waybill-recipe/1")"}},
        {R"({"format": "waybill-recipe/1"})", {"name", "it is missing; write what the recipe is of"}},
        {R"({"format": "waybill-recipe/1", "name": "a\u001b[1m"})",
         {"name", R"(the text "a\x1b[1m" hides a control character; take it out)"}},
        {recipe_with(R"("comand": [])"), {"comand", R"(there is no such field; a comment is a "note")"}},
        {recipe_with(R"("command": [])"),
         {"command", "it must begin with the program; leave it out where the command line says it"}},
        {recipe_with(R"("command": "true")"), {"command", "it must be a list, in [ ]"}},
        {recipe_with(R"("command": ["true", 1])"), {"command[1]", "it must be text, without a NUL"}},
        {recipe_with(R"("command": ["true", "\u0000"])"), {"command[1]", "it must be text, without a NUL"}},
        {recipe_with(R"("network": "interface")"), {"network", R"(it must be "sinkhole", "isolated" or "host")"}},
        {recipe_with(R"("home": "new")"), {"home", R"(it must be "fresh" or "own")"}},
        {recipe_with(R"("environment": {"A=B": "1"})"),
         {"environment.A=B", "it is no name of a variable; write visible characters without '='"}},
        {recipe_with(R"("environment": {"A": 1})"), {"environment.A", "it must be text, without a NUL"}},
        {recipe_with(R"("environment": {"WAYBILL_MARK": "x"})"),
         {"environment.WAYBILL_MARK", "the run sets it: it names the pipe of marks; leave it out"}},
        {recipe_with(R"("home": "fresh", "environment": {"HOME": "/"})"),
         {"environment.HOME", "a fresh HOME sets it; leave it out, or use one's own HOME"}},
        {recipe_with(R"("files": [{"path": "a", "text": ""}])"),
         {"files", R"(they are made in a fresh HOME alone; add "home": "fresh")"}},
        {recipe_with(R"("home": "fresh", "files": [{"path": "../a", "text": ""}])"),
         {"files[0].path", "it must be a path below HOME, such as .tool/settings.json, without '.', '..' and '//'"}},
        {recipe_with(R"("home": "fresh", "files": [{"path": "/a", "text": ""}])"),
         {"files[0].path", "it must be a path below HOME, such as .tool/settings.json, without '.', '..' and '//'"}},
        {recipe_with(R"("home": "fresh", "files": [{"path": "a"}])"),
         {"files[0].path", R"(a file needs either "json" or "text")"}},
        {recipe_with(R"("home": "fresh", "files": [{"path": "a", "json": 1}])"),
         {"files[0].json", "it must be an object or a list"}},
        {recipe_with(R"("home": "fresh", "files": [{"path": "a", "text": ""}, {"path": "a/b", "text": ""}])"),
         {"files[1].path", "a stands before and is the same file, or its folder, or in it"}},
        {recipe_with(R"("set_up": [[]])"), {"set_up[0]", R"(it must be a command line such as ["npm", "ci"])"}},
        {recipe_with(R"("clean_up": ["rm"])"), {"clean_up[0]", "it must be a list, in [ ]"}},
        {recipe_with(R"("timeout": "soon")"), {"timeout", "soon is no length of time such as 30s, 500ms, 5m or 2h"}},
        {recipe_with(R"("timeout": "0")"), {"timeout", "it is too short"}},
        {recipe_with(R"("terminal": {"rows": 0})"), {"terminal.rows", "it must be from 1 to 1000"}},
        {recipe_with(R"("steps": [{"type": "a"}])"), {"terminal", R"(steps need one; add "terminal": {})"}},
        {steps(R"({})"),
         {"steps[0]", R"(it must be one of "wait_for", "type", "mark", "idle", "signal", "wait_for_exit")"}},
        {steps(R"({"type": "a", "mark": "b"})"),
         {"steps[0].mark", R"(a step does one thing, and this one does "type"; make two of it)"}},
        {steps(R"({"type": "a", "timeout": "1s"})"),
         {"steps[0].timeout", R"(there is no such field; a comment is a "note")"}},
        {steps(R"({"wait_for": " \n"})"),
         {"steps[0].wait_for", "it must be a text that shows, of at most 1000 octets"}},
        {steps(R"({"mark": "a\nb"})"), {"steps[0].mark", "it must be one line of text, 200 octets at most"}},
        {steps(R"({"idle": "long"})"), {"steps[0].idle", "long is no length of time such as 30s, 500ms, 5m or 2h"}},
        {steps(R"({"signal": "KILL"})"),
         {"steps[0].signal", R"(it must be "HUP", "INT", "QUIT", "TERM", "USR1" or "USR2")"}},
        {steps(R"({"wait_for_exit": "1s"}, {"mark": "a"})"),
         {"steps[1]",
          "nothing can be done behind \"wait_for_exit\"; how long what the command leaves behind is "
          "watched says \"linger\""}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.written);
        const auto recipe = parse_recipe(row.written);
        REQUIRE_FALSE(recipe.has_value());
        CHECK(recipe.error().where == row.error.where);
        CHECK(recipe.error().what == row.error.what);
    }
}

TEST_CASE("an error of a recipe's file begins with the file")
{
    const test::ScratchFolder scratch;
    const auto missing = rules::read_recipe(scratch.path() / "none.json");
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().kind == rules::RecipeError::Kind::unreadable);
    CHECK(missing.error().message.starts_with((scratch.path() / "none.json").string() + ": "));
}
