#include "capture/owner/redact.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string_view>

#include "base/ascii.h"
#include "capture/browser/asked_address.h"
#include "capture/browser/browser_shim.h"

namespace waybill {
namespace {

/// In the name of an option, a variable, a header or a field: its value is a secret.
constexpr std::array<std::string_view, 17> secret_words{
    "token",       "secret",      "password",   "passwd",        "passphrase", "apikey",
    "api-key",     "api_key",     "accesskey",  "access-key",    "access_key", "privatekey",
    "private-key", "private_key", "credential", "authorization", "cookie",
};

/// Options whose value is a secret, or holds one, though their names do not say so; and those of a program, where the
/// same letters mean something else elsewhere.
struct ProgramOption {
    std::string_view program;  ///< file name; empty: any
    std::string_view option;
};
constexpr std::array<ProgramOption, 8> secret_options{{
    {"curl", "-u"},
    {"curl", "--user"},
    {"curl", "-U"},
    {"curl", "--proxy-user"},
    {"curl", "-b"},
    {"mysql", "-p"},
    {"sshpass", "-p"},
    {"", "--auth"},
}};

/// How keys of well-known services begin, as their documentation says, and the least number of characters that follow.
struct KeyForm {
    std::string_view beginning;
    std::size_t least_rest;
};
constexpr std::array<KeyForm, 14> key_forms{{
    {"sk-", 16},   // OpenAI, Anthropic
    {"ghp_", 16},  // GitHub: tokens of people, applications, servers, refreshes
    {"gho_", 16},
    {"ghu_", 16},
    {"ghs_", 16},
    {"ghr_", 16},
    {"github_pat_", 16},
    {"glpat-", 16},  // GitLab
    {"npm_", 16},
    {"xox", 16},   // Slack
    {"AKIA", 12},  // AWS: names of access keys
    {"ASIA", 12},
    {"AIza", 20},  // Google
    {"eyJ", 20},   // JSON Web Token (RFC 7519): a JSON object in base64url
}};

bool names_a_secret(std::string_view name)
{
    const std::string lowered = in_lower_case(name);
    return std::ranges::any_of(secret_words, [&](std::string_view word) { return lowered.contains(word); });
}

bool is_key_character(char character)
{
    return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '-' || character == '_' ||
           character == '.' || character == '=' || character == '/' || character == '+';
}

/// Leaves out keys of a known form, wherever they stand in the argument.
bool leave_out_keys(std::string& argument)
{
    bool found = false;
    for (const KeyForm& form : key_forms) {
        for (std::size_t at = argument.find(form.beginning); at != std::string::npos;
             at = argument.find(form.beginning, at + 1)) {  // ends: `at` grows
            if (at > 0 && is_key_character(argument[at - 1]) && argument[at - 1] != '=' && argument[at - 1] != '/')
                continue;
            const auto rest = argument.begin() + static_cast<std::ptrdiff_t>(at + form.beginning.size());
            const auto end = std::find_if_not(rest, argument.end(), is_key_character);
            if (static_cast<std::size_t>(end - rest) < form.least_rest)
                continue;
            argument.replace(argument.begin() + static_cast<std::ptrdiff_t>(at), end, redaction_mark);
            found = true;
        }
    }
    return found;
}

/// The password of scheme://user:password@host (RFC 3986, 3.2.1).
bool leave_out_password(std::string& argument)
{
    bool found = false;
    for (std::size_t at = argument.find("://"); at != std::string::npos; at = argument.find("://", at + 3)) {
        const std::size_t begin = at + 3;
        const std::size_t end = std::min(argument.find_first_of("/?# ", begin), argument.size());
        const std::string_view authority = std::string_view{argument}.substr(begin, end - begin);
        const std::size_t host = authority.rfind('@');
        const std::size_t colon = authority.find(':');
        if (host == std::string_view::npos || colon == std::string_view::npos || colon > host)
            continue;
        argument.replace(begin + colon + 1, host - colon - 1, redaction_mark);
        found = true;
    }
    return found;
}

/// The values of a query whose names say that they are secrets (…?token=…&…), and of a header or a variable.
bool leave_out_values(std::string& argument)
{
    bool found = false;
    for (std::size_t at = argument.find_first_of("=:"); at != std::string::npos;
         at = argument.find_first_of("=:", at + 1)) {  // ends: `at` grows
        constexpr std::size_t longest_name = 128;      // what stands before is not looked through again for each sign
        const std::size_t earliest = at - std::min(at, longest_name);
        const std::string_view before = std::string_view{argument}.substr(earliest, at - earliest);
        const std::size_t begin = earliest + (before.find_last_of("?&;,\"'{ \n") + 1);  // npos + 1 is 0
        if (argument.substr(at).starts_with("://") ||
            !names_a_secret(std::string_view{argument}.substr(begin, at - begin)))
            continue;
        const bool is_header = argument[at] == ':';
        std::size_t value = at + 1;
        while (value < argument.size() && argument[value] == ' ')
            ++value;
        const std::size_t end =
            is_header ? argument.size() : std::min(argument.find_first_of("&; \n", value), argument.size());
        if (end == value || argument.substr(value, end - value) == redaction_mark)
            continue;
        argument.replace(value, end - value, redaction_mark);
        found = true;
    }
    return found;
}

std::string_view file_name(std::string_view path)
{
    return path.substr(path.find_last_of('/') + 1);  // npos + 1 is 0
}

bool is_secret_option(std::string_view program, std::string_view option)
{
    const auto is_it = [&](const ProgramOption& known) {
        return known.option == option && (known.program.empty() || known.program == program);
    };
    return std::ranges::any_of(secret_options, is_it) ||
           (option.starts_with("-") && !option.contains('=') && names_a_secret(option));
}

/// -pVALUE and the like: the option and its value in one argument.
std::optional<std::size_t> joined_value(std::string_view program, std::string_view argument)
{
    for (const ProgramOption& known : secret_options)
        if (known.program == program && known.option.size() == 2 && argument.starts_with(known.option) &&
            argument.size() > known.option.size())
            return known.option.size();
    return std::nullopt;
}

bool calls_shim(const std::vector<std::string>& arguments)
{
    return std::ranges::any_of(arguments,
                               [](const std::string& argument) { return argument.starts_with(BrowserShim::folder); });
}

/// Where an address ends that begins at `begin`: at a blank, or at the quote that it stands in.
std::size_t end_of_address(const std::string& argument, std::size_t begin)
{
    constexpr std::string_view quotes = "\"'`";
    std::string ends = " \t\n<>";
    if (begin > 0 && quotes.contains(argument[begin - 1]))
        ends += argument[begin - 1];
    return std::min(argument.find_first_of(ends, begin), argument.size());
}

/// Addresses of sign-ins; where a browser's shim is called, everything from a scheme on.
bool leave_out_addresses(std::string& argument, bool is_of_shim)
{
    constexpr std::string_view scheme_end = "://";
    bool found = false;
    for (std::size_t at = argument.find(scheme_end); at != std::string::npos; at = argument.find(scheme_end, at)) {
        std::size_t begin = at;
        while (begin > 0 && std::isalpha(static_cast<unsigned char>(argument[begin - 1])) != 0)
            --begin;
        const std::size_t end = is_of_shim ? argument.size() : end_of_address(argument, begin);
        at = std::max(end, at + 1);  // ends: `at` grows, and what it passes is looked at once
        if (!is_of_shim && !is_sign_in_address(std::string_view{argument}.substr(begin, end - begin)))
            continue;
        argument.replace(begin, end - begin, redaction_mark);
        at = begin + std::string_view{redaction_mark}.size();
        found = true;
    }
    return found;
}

}  // namespace

RedactedArguments without_sign_in(const std::vector<std::string>& arguments)
{
    const bool all = calls_shim(arguments);
    RedactedArguments result{arguments, 0};
    for (std::string& argument : result.arguments)
        result.redacted += leave_out_addresses(argument, all) ? 1U : 0U;
    return result;
}

RedactedArguments redact(const std::vector<std::string>& arguments)
{
    RedactedArguments result;
    const std::string_view program = arguments.empty() ? std::string_view{} : file_name(arguments.front());
    const bool all_addresses = calls_shim(arguments);
    bool is_value = false;
    for (const std::string& argument : arguments) {
        std::string kept = argument;
        bool changed = false;
        if (is_value && !argument.empty()) {
            kept = redaction_mark;
            changed = true;
        } else if (const auto value = joined_value(program, argument)) {
            kept.replace(*value, std::string::npos, redaction_mark);
            changed = true;
        } else {
            changed = leave_out_addresses(kept, all_addresses);
            changed = leave_out_values(kept) || changed;
            changed = leave_out_password(kept) || changed;
            changed = leave_out_keys(kept) || changed;
        }
        result.redacted += changed ? 1 : 0;
        result.arguments.push_back(std::move(kept));
        is_value = !is_value && is_secret_option(program, argument);
    }
    return result;
}

}  // namespace waybill
