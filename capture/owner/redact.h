#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace waybill {

/// A command line as it may be kept.
struct RedactedArguments {
    std::vector<std::string> arguments;
    std::size_t redacted = 0;  ///< arguments of which something was left out

    friend bool operator==(const RedactedArguments&, const RedactedArguments&) = default;
};

/// What stands in place of what was left out.
constexpr const char* redaction_mark = "[redacted]";

/// Leaves out what looks like a secret: values of options that are named after one (--token=…, --password …, -u
/// user:…), of headers that carry one (Authorization: …), of variables (API_KEY=…), the password of an address, and
/// words in the form of a known kind of key. It rather leaves out too much; a secret in a form of its own stays.
RedactedArguments redact(const std::vector<std::string>& arguments);

/// Leaves out addresses that somebody signs in with, wherever they stand in an argument, and all web addresses that a
/// browser's shim is called with (BrowserShim): these are kept in no recording.
RedactedArguments without_sign_in(const std::vector<std::string>& arguments);

}  // namespace waybill
