#include "cli/diff_options.h"

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <string>

#include "cli/diff_command.h"
#include "cli/one_of.h"

namespace waybill {

void add_diff_command(CLI::App& app, std::function<int()>& chosen)
{
    const std::map<std::string, DiffFormat> formats{
        {"text", DiffFormat::text}, {"json", DiffFormat::json}, {"markdown", DiffFormat::markdown}};
    const std::map<std::string, DiffFailure> failures{{"new-purpose", DiffFailure::new_purpose},
                                                      {"new-endpoint", DiffFailure::new_endpoint},
                                                      {"any", DiffFailure::any}};
    auto options = std::make_shared<DiffOptions>();
    CLI::App* const command = app.add_subcommand("diff", "Compare two cases, or two sets of repeated ones");
    command->add_option("BEFORE", options->sides.before, "A case, or a folder that holds several of one side");
    command->add_option("AFTER", options->sides.after, "Likewise of the other");
    command->add_option("--before", options->several.before, "Cases of one side, in place of BEFORE and AFTER")
        ->type_name("CASE");
    command->add_option("--after", options->several.after, "Cases of the other side")->type_name("CASE");
    command->add_option("--format", options->format, "text, json or markdown")
        ->transform(one_of(formats))
        ->type_name("WORD");
    command
        ->add_option("--fail-on", options->fail_on,
                     "End with 1 for a new-purpose, a new-endpoint or any difference, with 2 when lost input leaves it "
                     "open")
        ->transform(one_of(failures))
        ->type_name("WORD");
    command->add_option("--rules", options->rules, "Folder of your own rule packs, beside those that come with Waybill")
        ->allow_extra_args(false)
        ->type_name("DIR");
    command->add_flag("--all", options->all, "List everything, and shorten nothing");
    command->callback([options, &chosen] { chosen = [options] { return number(diff_cases(*options)); }; });
}

}  // namespace waybill
