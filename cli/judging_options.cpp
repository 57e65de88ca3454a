#include "cli/judging_options.h"

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <string>

#include "cli/check_command.h"
#include "cli/export_command.h"
#include "cli/learn_command.h"
#include "cli/one_of.h"
#include "cli/report_command.h"

namespace waybill {
namespace {

void add_own_rules(CLI::App& command, std::vector<std::filesystem::path>& folders)
{
    command.add_option("--rules", folders, "Folder of your own rule packs, beside those that come with Waybill")
        ->allow_extra_args(false)
        ->type_name("DIR");
}

void add_check(CLI::App& app, std::function<int()>& chosen)
{
    auto options = std::make_shared<CheckOptions>();
    CLI::App* const command = app.add_subcommand("check", "Judge a case by a policy");
    command->add_option("CASE", options->case_folder, "Folder of the case")->required();
    command
        ->add_option("--policy", options->policy,
                     "A policy's file, or the name of one that comes with Waybill: ci-default, no-telemetry, offline, "
                     "vendor-declared")
        ->required()
        ->type_name("FILE");
    command->add_option("--as-of", options->as_of, "Day to which expiry dates count (default: the recording's end)")
        ->type_name("DATE");
    command->add_flag("--all", options->all, "List what is allowed, too");
    command->add_flag("--explain", options->explain, "List everything, with the entries that lost");
    command->add_flag("--fail-on-review", options->fail_on_review, "End with 1 also where something is to be reviewed");
    command->add_flag_callback("--json", [options] { options->format = CheckOptions::Format::json; }, "As JSON");
    add_own_rules(*command, options->rules);
    command->callback([options, &chosen] { chosen = [options] { return number(check(*options)); }; });
}

void add_learn(CLI::App& app, std::function<int()>& chosen)
{
    auto options = std::make_shared<LearnOptions>();
    CLI::App* const command = app.add_subcommand("learn", "Propose a policy from what cases contacted, for review");
    command->add_option("CASE", options->cases, "Folders of cases: repeated runs of the same thing")->required();
    command
        ->add_option("--policy", options->policy,
                     "Show what these cases would change in this policy, in place of a new one")
        ->type_name("FILE");
    command->add_flag("--merged", options->merged, "With --policy: print the policy with those changes");
    command->add_option("--id", options->id, "Id of the new policy (default: learned)")->type_name("ID");
    add_own_rules(*command, options->rules);
    command->callback([options, &chosen] { chosen = [options] { return number(learn(*options)); }; });
}

using ReportFormats = std::map<std::string, ReportOptions::Format>;

/// The formats that `waybill report` itself has; those of other programs are export_formats().
const ReportFormats& own_formats()
{
    using Format = ReportOptions::Format;
    static const ReportFormats formats{
        {"text", Format::text}, {"json", Format::json}, {"markdown", Format::markdown}, {"html", Format::html}};
    return formats;
}

void add_format(CLI::App& command, std::string& chosen_word)
{
    ReportFormats formats = own_formats();
    for (const ExportFormat& format : export_formats())
        formats.try_emplace(std::string{format.word}, ReportOptions::Format::text);
    std::string words;
    for (const auto& [word, format] : formats)
        words += (words.empty() ? "" : ", ") + word;
    command.add_option("--format", chosen_word, words + "; with --declared text, json or markdown")
        ->check(known_word(formats))
        ->type_name("WORD");
}

void set_format(ReportOptions& options, const std::string& word)
{
    if (const auto own = own_formats().find(word); own != own_formats().end())
        options.format = own->second;
    else
        options.exported = find_export_format(word);
}

void add_export(CLI::App& app, std::function<int()>& chosen)
{
    auto options = std::make_shared<ExportOptions>();
    CLI::App* const command = app.add_subcommand("export", "Print a case's rows for a fleet's database; sends nothing");
    command->add_option("CASE", options->case_folder, "Folder of the case");
    const std::map<std::string, int> destinations{{"clickhouse", 0}};
    command->add_option("--to", options->destination, "clickhouse")
        ->required()
        ->check(known_word(destinations))
        ->type_name("WORD");
    command->add_flag("--ddl", options->definition, "Print the definition of the table that takes the rows");
    command->add_option("--output", options->output, "Write to this file")->type_name("FILE");
    add_own_rules(*command, options->rules);
    command->callback([options, &chosen] { chosen = [options] { return number(export_rows(*options)); }; });
}

void add_report(CLI::App& app, std::function<int()>& chosen)
{
    auto options = std::make_shared<ReportOptions>();
    CLI::App* const command = app.add_subcommand("report", "Print a case's report, or documented against observed");
    command->add_option("CASE", options->case_folder, "Folder of the case")->required();
    command
        ->add_option("--declared", options->declared,
                     "Hold what is documented of this vendor or product against what the case shows")
        ->type_name("NAME");
    const auto format = std::make_shared<std::string>("text");
    add_format(*command, *format);
    command
        ->add_option(
            "--before", options->before,
            "With --format html: tell what is otherwise than in this case, or those of a folder; may be repeated")
        ->allow_extra_args(false)
        ->type_name("CASE");
    command->add_option("--output", options->output, "Write the report to this file")->type_name("FILE");
    command->add_flag("--open", options->open, "With --format html: open the page in your browser");
    command
        ->add_option("--policy", options->policy,
                     "With --format html, markdown or sarif: what this policy says of the case stands in it, too")
        ->type_name("FILE");
    command->add_flag("--all", options->all, "List every endpoint by itself");
    add_own_rules(*command, options->rules);
    command->callback([options, format, &chosen] {
        set_format(*options, *format);
        chosen = [options] { return number(report(*options)); };
    });
}

}  // namespace

void add_judging_commands(CLI::App& app, std::function<int()>& chosen)
{
    add_check(app, chosen);
    add_learn(app, chosen);
    add_report(app, chosen);
    add_export(app, chosen);
}

}  // namespace waybill
