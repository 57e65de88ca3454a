#include "cli/experiment_options.h"

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <string>

#include "cli/experiment_command.h"
#include "model/plan.h"

namespace waybill {
namespace {

void add_output(CLI::App& command, ExperimentOptions& options)
{
    const std::map<std::string, ExperimentFormat> formats{
        {"text", ExperimentFormat::text}, {"json", ExperimentFormat::json}, {"markdown", ExperimentFormat::markdown}};
    command
        .add_option_function<std::string>(
            "--format", [&options, formats](const std::string& word) { options.format = formats.at(word); },
            "text (default), json or markdown")
        ->check(CLI::IsMember({"text", "json", "markdown"}).description(""))
        ->type_name("WORD");
    command
        .add_option_function<std::string>(
            "--fail-on", [&options](const std::string&) { options.fail_on_not_reduced = true; },
            "not-reduced: end with 1 where something that an arm is to reduce is not reduced")
        ->check(CLI::IsMember({"not-reduced"}).description(""))
        ->type_name("WORD");
    command
        .add_option("--rules", options.rules,
                    "Folder of your own rule packs, beside those that come with Waybill; may be repeated")
        ->allow_extra_args(false)
        ->type_name("DIR");
}

void add_runs(CLI::App& command, ExperimentOptions& options)
{
    command.add_option("--network", options.network, "sinkhole, isolated or host, as for run")
        ->check(CLI::IsMember({"sinkhole", "isolated", "host"}).description(""))
        ->type_name("MODE");
    command.add_option("--repeats", options.repeats, "Runs of each arm (default: 10)")
        ->check(CLI::Range(1U, Plan::most_repeats).description(""))
        ->type_name("NUMBER");
    command.add_option("--order", options.order, "interleaved (default: A B A B …) or blocks (A A … B B …)")
        ->check(CLI::IsMember({"interleaved", "blocks"}).description(""))
        ->type_name("WORD");
    command.add_option("--margin", options.margin, "What counts as not reduced: less than this share (default: 0.3)")
        ->type_name("SHARE");
    command.add_option("--out", options.out, "Folder of the experiment; one that was begun is gone on with")
        ->type_name("DIR");
    command.add_option("--recipe", options.recipe, "Recipe that the arms change")->type_name("FILE");
    command.add_option("--timeout", options.timeout, "How long a run may take (default: 10m)")->type_name("TIME");
    command.add_option("--linger", options.linger, "As for run")->type_name("TIME");
    command.add_option("--account", options.account, "Which kind of account is used, in your words")->type_name("TEXT");
    command.add_flag("--clean-env", options.clean_environment, "As for run");
    command.add_option("--user", options.user, "As for run")->type_name("NAME");
    command.add_option("--uplink", options.uplink, "As for run")->type_name("WORD");
    add_output(command, options);
}

}  // namespace

void add_experiment(CLI::App& app, std::function<int()>& chosen)
{
    auto kept = std::make_shared<ExperimentOptions>();
    ExperimentOptions& options = *kept;
    CLI::App* const command =
        app.add_subcommand("experiment", "Repeat a command in arms, such as an opt-out on and off, and compare them");
    command
        ->add_option("--arm", options.arms,
                     "NAME, or [NAME:]VARIABLE=VALUE,…: what the arm sets; the first arm is compared with; repeated")
        ->allow_extra_args(false)
        ->type_name("ARM");
    command
        ->add_option("--covers", options.covers, "Purpose that the arms are to reduce, for --fail-on; may be repeated")
        ->allow_extra_args(false)
        ->type_name("PURPOSE");
    add_runs(*command, options);
    command->add_option("PLAN", options.words,
                        "File of a plan; or, with --arm, the command and its arguments after --");

    CLI::App* const opt_out =
        command->add_subcommand("opt-out", "Arms are the documented switches of a product, one by one");
    opt_out->add_option("PRODUCT", options.product, "As the rule packs spell it")->required();
    opt_out->add_option("--switch", options.switches, "Id of a switch; may be repeated (default: all)")
        ->allow_extra_args(false)
        ->type_name("ID");
    opt_out->add_flag("--together", options.together, "One arm that sets them all");
    add_runs(*opt_out, options);
    opt_out->add_option("COMMAND", options.words, "The command and its arguments, after --");

    CLI::App* const report = command->add_subcommand("report", "Compute the results again from the cases");
    report->add_option("DIR", options.folder, "Folder of the experiment")->required();
    add_output(*report, options);

    // Of a command and its subcommand the command's is called last.
    command->callback([kept, command, &chosen] {
        auto* const run = command->got_subcommand("opt-out")  ? experiment_opt_out
                          : command->got_subcommand("report") ? experiment_report
                                                              : experiment;
        chosen = [kept, run] { return number(run(*kept)); };
    });
}

}  // namespace waybill
