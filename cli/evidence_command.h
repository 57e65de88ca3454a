#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/exit_code.h"

namespace waybill {

/// Makes an Ed25519 key: FILE, for its owner alone, and FILE.pub. Neither may be there.
ExitCode new_key(const std::filesystem::path& file);

struct SealOptions {
    std::filesystem::path case_folder;
    std::filesystem::path key;                 ///< a private key; empty: only the time-stamp is meant
    std::filesystem::path policy;              ///< whose verdict is sealed with the case; empty: none
    std::filesystem::path timestamp_request;   ///< where to write one; empty: none
    std::filesystem::path timestamp_response;  ///< to keep in the case; empty: none
};

/// Makes a bag of a case and signs it; signs a case that is sealed once more.
ExitCode seal(const SealOptions& options);

struct CustodyOptions {
    std::filesystem::path case_folder;
    std::string what;
    std::string by;             ///< empty: the login name
    std::filesystem::path key;  ///< to sign it with; empty: unsigned
};

/// Notes down what happened to a case, behind what was noted before.
ExitCode add_custody(const CustodyOptions& options);
ExitCode list_custody(const std::filesystem::path& case_folder);

struct RedactOptions {
    std::filesystem::path case_folder;
    std::filesystem::path output;        ///< of the share
    std::vector<std::string> hosts;      ///< patterns of names to replace
    std::vector<std::string> addresses;  ///< ranges
    std::vector<std::string> paths;      ///< what paths begin with
    std::vector<std::string> words;      ///< users and the like
    std::string open;                    ///< in place of a share: the place of a field to open
};

/// Makes a share of a sealed case in which names, addresses, paths and words are replaced; or opens a field of one.
ExitCode redact_case(const RedactOptions& options);

struct VerifyOptions {
    std::filesystem::path case_folder;
    std::vector<std::filesystem::path> keys;  ///< public ones
    std::filesystem::path timestamp_roots;    ///< certificates in PEM; empty: none
    std::filesystem::path opened;             ///< of a share: a field that its holder opened; empty: none
    bool reproduce = false;                   ///< analyse it again, too, and compare
};

ExitCode verify(const VerifyOptions& options);

}  // namespace waybill
