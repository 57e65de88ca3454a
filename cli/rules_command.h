#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/exit_code.h"

namespace waybill {

/// What `waybill rules import` was given, beside the list.
struct ImportOptions {
    std::filesystem::path file;
    std::string id;
    std::vector<std::string> purposes;
    std::string title;
    std::string url;
    std::string licence;
    std::string read;    ///< a day; empty: today
    std::string vendor;  ///< empty: several
    bool whole_domains = false;
};

/// What `waybill rules …` was asked.
struct RulesOptions {
    std::vector<std::filesystem::path> rules;  ///< folders of one's own packs
    std::string subject;                       ///< an endpoint, or the id of a pack, a rule or a switch
    bool json = false;
    std::filesystem::path case_folder;  ///< of `draft`; empty: none
    bool question = false;
    ImportOptions import;
};

ExitCode list_rules(const RulesOptions& options);     ///< all packs, a line each
ExitCode show_rules(const RulesOptions& options);     ///< one pack, rule or switch
ExitCode explain_rules(const RulesOptions& options);  ///< what an endpoint is for, who says so, and why
ExitCode lint_rules(const RulesOptions& options);     ///< checks the packs; findings end with 78
ExitCode rules_stats(const RulesOptions& options);    ///< what the packs cover
ExitCode draft_rule(const RulesOptions& options);     ///< a scaffold for a rule of one's own
ExitCode import_hosts(const RulesOptions& options);   ///< a pack of somebody's list

}  // namespace waybill
