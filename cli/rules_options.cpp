#include "cli/rules_options.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "cli/rules_command.h"

namespace waybill {
namespace {

/// A subcommand that runs `command` with the options.
CLI::App* add(CLI::App& rules, const std::string& name, const std::string& description,
              const std::function<void()>& choose)
{
    CLI::App* const command = rules.add_subcommand(name, description);
    command->callback(choose);
    return command;
}

void add_import(CLI::App& rules, const std::shared_ptr<RulesOptions>& options, const std::function<void()>& choose)
{
    ImportOptions& import = options->import;
    CLI::App* const command = add(rules, "import", "Make a pack of a list of hosts that somebody else keeps", choose);
    command->add_option("FILE", import.file, "In the format of hosts(5), or a name a line")->required();
    command->add_option("--id", import.id, "Id of the pack")->required()->type_name("ID");
    command->add_option("--purpose", import.purposes, "What the list is of; may be repeated")
        ->required()
        ->allow_extra_args(false)
        ->type_name("WORD");
    command->add_option("--title", import.title, "What the list is called")->required()->type_name("TEXT");
    command->add_option("--source", import.url, "Where it is published")->required()->type_name("URL");
    command->add_option("--licence", import.licence, "The list's own licence")->required()->type_name("TEXT");
    command->add_option("--read", import.read, "The day as of which it is (default: today)")->type_name("DATE");
    command->add_option("--vendor", import.vendor, "Who runs these hosts (default: several)")->type_name("NAME");
    command->add_flag("--domains", import.whole_domains, "Each name stands for all that is below it, too");
}

}  // namespace

void add_rules_command(CLI::App& app, std::function<int()>& chosen)
{
    auto options = std::make_shared<RulesOptions>();
    CLI::App* const rules = app.add_subcommand("rules", "What the rule packs say, and who says so");
    rules->require_subcommand(1);
    rules->add_option("--rules", options->rules, "Folder of your own rule packs, beside those that come with Waybill")
        ->allow_extra_args(false)
        ->type_name("DIR");
    const auto choose = [options, &chosen](ExitCode (*command)(const RulesOptions&)) {
        return std::function<void()>{
            [options, command, &chosen] { chosen = [options, command] { return number(command(*options)); }; }};
    };
    add(*rules, "list", "All packs", choose(list_rules));
    add(*rules, "show", "One pack, rule or switch", choose(show_rules))
        ->add_option("ID", options->subject, "Id of a pack, a rule or a switch")
        ->required();
    add(*rules, "explain", "What an endpoint is for, who says so, and why", choose(explain_rules))
        ->add_option("HOST", options->subject, "host, host:port, address or address:port")
        ->required();
    add(*rules, "lint", "Check the packs", choose(lint_rules));
    add(*rules, "stats", "How much the packs cover, and how well that is sourced", choose(rules_stats))
        ->add_flag("--json", options->json, "As JSON");
    CLI::App* const draft =
        add(*rules, "draft", "A scaffold for a rule of your own, and the question to the vendor", choose(draft_rule));
    draft->add_option("HOST", options->subject, "host, host:port or address")->required();
    draft->add_option("--case", options->case_folder, "Case that shows who contacted it")->type_name("DIR");
    draft->add_flag("--question", options->question, "Print the question to the vendor, in Markdown, not the rule");
    add_import(*rules, options, choose(import_hosts));
}

}  // namespace waybill
