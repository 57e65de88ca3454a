#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <sstream>
#include <string>

#include "base/text.h"
#include "evidence/verify_case.h"

// Verifies sealed cases and does nothing else: neither recording nor analysis is linked.

namespace {

using waybill::evidence::VerifyError;

/// Prints to standard output, and gives what to end with.
int print(const std::string& text, int status)
{
    const bool is_printed = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    if (!is_printed)
        fmt::print(stderr, "waybill-verify: standard output: {}\n", std::strerror(errno));
    return is_printed ? status : EX_IOERR;
}

int run(int argc, char** argv)
{
    CLI::App app{"Verifies a case that Waybill sealed, trusting nothing in it.", "waybill-verify"};
    app.failure_message([](const CLI::App*, const CLI::Error& error) {
        return fmt::format("waybill-verify: {}; see: waybill-verify --help\n", waybill::printable(error.what()));
    });
    app.set_version_flag("--version", "waybill-verify " WAYBILL_VERSION);
    app.footer("Ends with 0: valid, 2: intact and signed by no key that was named, 3: not valid.");
    waybill::evidence::VerifyRequest request;
    app.add_option("CASE", request.case_folder, "Folder of the case")->required();
    app.add_option("--key", request.keys, "Public key that you trust; may be repeated")
        ->allow_extra_args(false)
        ->type_name("FILE");
    app.add_option("--timestamp-roots", request.roots, "Certificates of time-stamp authorities that you trust, in PEM")
        ->type_name("FILE");
    app.add_option("--opened", request.opened, "Of a share: a field that its holder opened")->type_name("FILE");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::ostringstream asked;  // help, or the version
        return app.exit(error, asked) == 0 ? print(asked.str(), EX_OK) : EX_USAGE;
    }
    const auto answer = waybill::evidence::verify_case(request);
    if (!answer) {
        fmt::print(stderr, "waybill-verify: {}\n", waybill::printable(answer.error().message));
        return EX_NOINPUT;
    }
    return print(answer->text, answer->status);
}

}  // namespace

int main(int argc, char** argv)
{
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "waybill-verify: {}\n", waybill::printable(error.what()));
        return EX_SOFTWARE;
    }
}
