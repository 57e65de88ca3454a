#include "cli/evidence_options.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/demo_command.h"
#include "cli/evidence_command.h"
#include "cli/trim_command.h"

namespace waybill {
namespace {

void add_key(CLI::App& app, std::function<int()>& chosen)
{
    auto file = std::make_shared<std::filesystem::path>();
    CLI::App* const command = app.add_subcommand("key", "Keys that seal cases");
    command->require_subcommand(1);
    CLI::App* const make = command->add_subcommand("new", "Make an Ed25519 key: FILE, and FILE.pub to give away");
    make->add_option("FILE", *file, "Where the private key goes")->required();
    make->callback([file, &chosen] { chosen = [file] { return number(new_key(*file)); }; });
}

void add_seal(CLI::App& app, std::function<int()>& chosen)
{
    auto options = std::make_shared<SealOptions>();
    CLI::App* const command =
        app.add_subcommand("seal", "Make a case evidence: digests of all of it, signed; or sign a sealed one too");
    command->add_option("CASE", options->case_folder, "Folder of the case")->required();
    command->add_option("--key", options->key, "Private key, as `waybill key new FILE` makes it")->type_name("FILE");
    command->add_option("--policy", options->policy, "Judge it by this policy, and seal policy and verdict with it")
        ->type_name("FILE|NAME");
    CLI::Option* const request = command->add_option("--timestamp-request", options->timestamp_request,
                                                     "Write here what to send to a time-stamp authority (RFC 3161)");
    request->type_name("FILE");
    command->add_option("--timestamp-response", options->timestamp_response, "Keep what the authority answered")
        ->excludes(request)
        ->type_name("FILE");
    command->callback([options, &chosen] { chosen = [options] { return number(seal(*options)); }; });
}

void add_custody_commands(CLI::App& app, std::function<int()>& chosen)
{
    auto options = std::make_shared<CustodyOptions>();
    CLI::App* const command = app.add_subcommand("custody", "Who had a case, and what they did with it");
    command->require_subcommand(1);
    CLI::App* const add = command->add_subcommand("add", "Note something down, behind what was noted before");
    add->add_option("CASE", options->case_folder, "Folder of the case")->required();
    add->add_option("TEXT", options->what, "'handed to …', 'copied to …'")->required();
    add->add_option("--by", options->by, "Who did (default: your login name)")->type_name("NAME");
    add->add_option("--key", options->key, "Sign it with this private key")->type_name("FILE");
    add->callback([options, &chosen] { chosen = [options] { return number(add_custody(*options)); }; });
    CLI::App* const list = command->add_subcommand("list", "What was noted down");
    list->add_option("CASE", options->case_folder, "Folder of the case")->required();
    list->callback([options, &chosen] { chosen = [options] { return number(list_custody(options->case_folder)); }; });
}

void add_verify(CLI::App& app, std::function<int()>& chosen)
{
    auto options = std::make_shared<VerifyOptions>();
    CLI::App* const command = app.add_subcommand("verify", "Check a sealed case, trusting nothing in it");
    command->add_option("CASE", options->case_folder, "Folder of the case")->required();
    command->add_option("--key", options->keys, "Public key that you trust; may be repeated")
        ->allow_extra_args(false)
        ->type_name("FILE");
    command
        ->add_option("--timestamp-roots", options->timestamp_roots,
                     "Certificates of time-stamp authorities that you trust, in PEM")
        ->type_name("FILE");
    command->add_option("--opened", options->opened, "Of a share: a field that its holder opened")->type_name("FILE");
    command->add_flag("--reproduce", options->reproduce,
                      "Analyse its packets again with its rules, too, and compare every octet");
    command->callback([options, &chosen] { chosen = [options] { return number(verify(*options)); }; });
}

void add_redact(CLI::App& app, std::function<int()>& chosen)
{
    auto options = std::make_shared<RedactOptions>();
    CLI::App* const command =
        app.add_subcommand("redact", "Share a sealed case without some names, still tied to its seal");
    command->add_option("CASE", options->case_folder, "Folder of the sealed case")->required();
    CLI::Option* const output = command->add_option("-o,--output", options->output, "Folder of the share");
    output->type_name("DIR");
    const auto add = [command](const char* name, std::vector<std::string>& values, const char* type, const char* what) {
        command->add_option(name, values, what)->allow_extra_args(false)->type_name(type);
    };
    add("--host", options->hosts, "PATTERN", "Replace names of hosts: an exact one or *.example.com; may be repeated");
    add("--address", options->addresses, "RANGE", "Replace addresses: 192.0.2.1 or 192.0.2.0/24; may be repeated");
    add("--path", options->paths, "PREFIX", "Replace what paths begin with: /srv/acme; may be repeated");
    add("--word", options->words, "TEXT", "Replace a word, such as a user's name; may be repeated");
    command->add_option("--open", options->open, "Print what shows one field: events:12/endpoint/host")
        ->excludes(output)
        ->type_name("PLACE");
    command->callback([options, &chosen] { chosen = [options] { return number(redact_case(*options)); }; });
}

void add_trim(CLI::App& app, std::function<int()>& chosen)
{
    auto options = std::make_shared<TrimOptions>();
    CLI::App* const command =
        app.add_subcommand("trim", "Write captures anew with no payload but what names something");
    command->add_option("INPUT", options->inputs, "pcap, pcapng or snoop, plain, gzip or zstd; - for stdin")
        ->required();
    command->add_option("-o,--output", options->output, "Where the trimmed capture goes: pcapng")
        ->required()
        ->type_name("FILE");
    command->callback([options, &chosen] { chosen = [options] { return number(trim(*options)); }; });
}

void add_demo(CLI::App& app, std::function<int()>& chosen)
{
    auto options = std::make_shared<DemoOptions>();
    CLI::App* const command = app.add_subcommand("demo", "Look at a sealed sample case: nothing is recorded");
    command->add_option("FOLDER", options->folder,
                        "Where the sample goes; it must not be there (default: waybill-demo)");
    command->add_flag("--no-open", options->no_open, "Do not open its report in your browser");
    command->callback([options, &chosen] { chosen = [options] { return number(demo(*options)); }; });
}

}  // namespace

void add_evidence_commands(CLI::App& app, std::function<int()>& chosen)
{
    add_key(app, chosen);
    add_seal(app, chosen);
    add_verify(app, chosen);
    add_custody_commands(app, chosen);
    add_redact(app, chosen);
    add_trim(app, chosen);
    add_demo(app, chosen);
}

}  // namespace waybill
