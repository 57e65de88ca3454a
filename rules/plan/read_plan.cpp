#include "rules/plan/read_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/json_object.h"
#include "base/text.h"
#include "rules/pack_fields.h"
#include "rules/recipe/recipe_texts.h"

namespace waybill::rules {
namespace {

constexpr std::size_t max_plan_octets = 4U << 20U;
constexpr std::string_view plan_format = "waybill-plan/1";
constexpr std::size_t max_name_octets = 80;

class PlanReader {
public:
    std::expected<Plan, FieldError> read(const JsonDocument& document)
    {
        const JsonPlace root;
        JsonObject in{{&document, 0}, root, error_};
        if (in.text("format") != plan_format)
            in.fail("format", fmt::format("it must be \"{}\"", plan_format));
        Plan plan;
        plan.name = shown_text(in, "name").value_or("");
        plan.product = shown_text(in, "product").value_or("");
        in.object("recipe", [&](JsonValue object, const JsonPlace&) {
            if (object->kind != JsonDocument::Kind::object)
                in.fail("recipe", "it must be an object, in { }");
            plan.recipe = object->text;
        });
        in.each("arms", [&](JsonValue element, const JsonPlace& where) {
            if (plan.arms.size() <= Plan::most_arms)
                plan.arms.push_back(arm(element, where));
        });
        const auto repeats = in.optional_count("repeats").value_or(Plan::usual_repeats);
        plan.repeats = static_cast<std::uint32_t>(std::min<std::uint64_t>(repeats, Plan::most_repeats + 1));
        const std::string_view order = in.optional_text("order").value_or(text(Plan::Order::interleaved));
        if (order == text(Plan::Order::blocks))
            plan.order = Plan::Order::blocks;
        else if (order != text(Plan::Order::interleaved))
            in.fail("order", "it must be interleaved or blocks");
        plan.margin = in.optional_share("margin").value_or(Plan::usual_margin);
        in.finish();
        if (!error_)
            error_ = check_plan(plan);
        if (error_)
            return std::unexpected(*std::move(error_));
        return plan;
    }

private:
    Plan::Arm arm(JsonValue value, const JsonPlace& place)
    {
        JsonObject in{value, place, error_};
        Plan::Arm arm;
        arm.name = shown_text(in, "name").value_or("");
        arm.environment = environment(in);
        arm.command = optional_words(in, place, "command");
        arm.arguments = optional_words(in, place, "arguments");
        in.each_optional("files",
                         [&](JsonValue element, const JsonPlace& where) { arm.files.push_back(file(element, where)); });
        in.each_optional("before", [&](JsonValue list, const JsonPlace& where) {
            arm.before.push_back(command_words(list, where, error_));
            if ((arm.before.back().empty() || arm.before.back().front().empty()) && !error_)
                error_ = FieldError{where.text(), R"(it must be a command line such as ["tool", "events", "off"])"};
        });
        for (const std::string_view id : in.optional_texts("switches")) {
            if (!is_named_id(id))
                in.fail("switches", fmt::format("\"{}\" is not the id of a switch; write pack/name", printable(id)));
            arm.switches.emplace_back(id);
        }
        for (const std::string_view written : in.optional_texts("covers")) {
            if (const auto purpose = parse_purpose(written))
                arm.covers.push_back(*purpose);
            else
                in.fail("covers", fmt::format("\"{}\" is not a purpose; docs/formats/rule-pack.md lists them",
                                              printable(written)));
        }
        arm.account = shown_text(in, "account").value_or("");
        in.finish();
        return arm;
    }

    std::vector<std::pair<std::string, std::string>> environment(JsonObject& in)
    {
        std::vector<std::pair<std::string, std::string>> variables;
        in.object_optional("environment", [&](JsonValue object, const JsonPlace& where) {
            JsonObject fields{object, where, error_};
            fields.each_field([&](std::string_view name, JsonValue field) {
                if (!field.is_text())
                    fields.fail(printable(name), "it must be text");
                variables.emplace_back(name, field->text);
            });
        });
        return variables;
    }

    Plan::File file(JsonValue value, const JsonPlace& place)
    {
        JsonObject in{value, place, error_};
        Plan::File file;
        file.path = in.text("path");
        in.object_optional("json", [&](JsonValue object, const JsonPlace&) { file.json = object->text; });
        if (const auto octets = in.optional_value("text")) {
            if (!octets->is_text())
                in.fail("text", "it must be text");
            file.text = (*octets)->text;
        }
        if (file.json.has_value() == file.text.has_value())
            in.fail("json", R"(a file needs either "json" or "text")");
        in.finish();
        return file;
    }

    std::vector<std::string> optional_words(JsonObject& in, const JsonPlace& place, std::string_view name)
    {
        const auto list = in.optional_value(name);
        return list ? command_words(*list, {&place, name, {}}, error_) : std::vector<std::string>{};
    }

    std::optional<FieldError> error_;
};

std::optional<FieldError> check_arms(const Plan& plan)
{
    if (plan.arms.size() < 2)
        return FieldError{"arms", "an experiment needs two arms at least: what is compared, and with what"};
    if (plan.arms.size() > Plan::most_arms)
        return FieldError{"arms", fmt::format("an experiment has {} arms at most", Plan::most_arms)};
    std::set<std::string> names;
    for (std::size_t i = 0; i < plan.arms.size(); ++i) {
        const Plan::Arm& arm = plan.arms[i];
        const std::string where = fmt::format("arms[{}].name", i);
        if (arm.name.empty() || arm.name.size() > max_name_octets)
            return FieldError{where, fmt::format("a name has 1 to {} octets", max_name_octets)};
        if (!hides_nothing(arm.name))
            return FieldError{where, "a name hides no control character"};
        if (!names.insert(file_name_of(arm)).second)
            return FieldError{where, fmt::format("\"{}\" is too close to another arm's name: runs are kept in folders "
                                                 "that are called after their arms",
                                                 arm.name)};
    }
    return {};
}

}  // namespace

std::optional<FieldError> check_plan(const Plan& plan)
{
    if (auto error = check_arms(plan))
        return error;
    if (plan.repeats < 1 || plan.repeats > Plan::most_repeats)
        return FieldError{"repeats", fmt::format("it must be 1 to {}", Plan::most_repeats)};
    if (plan.margin <= 0 || plan.margin >= 1)
        return FieldError{"margin", "it must be above 0 and below 1"};
    return {};
}

std::expected<Plan, FieldError> parse_plan(const std::string& octets)
{
    if (octets.size() > max_plan_octets)
        return std::unexpected(FieldError{{}, "it is larger than 4 MB"});
    const auto document = JsonDocument::parse(octets, JsonDocument::Hidden::kept);
    if (!document)
        return std::unexpected(document.error());
    return PlanReader{}.read(*document);
}

}  // namespace waybill::rules
