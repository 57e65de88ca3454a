#pragma once

#include <expected>
#include <filesystem>
#include <vector>

#include "capture/case_folder.h"
#include "cli/failure.h"
#include "rules/public_suffix.h"
#include "rules/rule_book.h"

namespace waybill {

/// Everything that rates contacts.
struct Rules {
    rules::RuleBook book;
    rules::PublicSuffixList suffixes;
};

/// The packs that come with the program, with one's own beside them: those of the user's configuration
/// (`waybill/rules/` in the folder of config.json), and those of each `--rules DIR`. And the system's public suffix
/// list.
std::expected<Rules, Failure> load_rules(const std::vector<std::filesystem::path>& own_folders);

/// The packs and the public suffix list that the case holds. Where folders are named, or the case holds none: those in
/// force now.
std::expected<Rules, Failure> load_rules(const CaseFolder& folder,
                                         const std::vector<std::filesystem::path>& own_folders);

/// Writes the packs that are in force and the public suffix list into the case, so that its report can be recomputed
/// from it alone.
std::expected<void, Failure> keep_rules(const CaseFolder& folder, const Rules& rules);

/// SHA-256 of what `sha256sum` prints of the files that are kept, in the order of their paths below the folder of rules
/// (docs/formats/case.md).
std::string kept_rules_digest(const CaseFolder& folder);

/// The folder of the policies that come with the program, beside that of its packs.
std::expected<std::filesystem::path, Failure> shipped_policies();

}  // namespace waybill
