#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/contact.h"
#include "model/cross_check.h"
#include "model/delegation.h"
#include "model/finding.h"
#include "model/gap.h"
#include "model/hand_over.h"
#include "model/package_tree.h"
#include "model/phase.h"
#include "model/process.h"
#include "model/rating.h"
#include "model/run.h"

namespace waybill {

/// A contact with what the rules say of it.
struct RatedContact {
    Contact contact;
    Rating rating;
};

/// The most that can have left for one set of purposes: the payload octets of its contacts. Contacts with several
/// purposes count under that set, for metadata cannot tell them apart.
struct PurposeTotal {
    std::vector<Purpose> purposes;
    bool cited = false;
    std::uint64_t contacts = 0;
    std::uint64_t flows = 0;
    std::uint64_t payload_out_at_most = 0;
    std::uint64_t ip_bytes_out = 0;
    std::uint64_t ip_bytes_in = 0;
    std::vector<std::uint64_t> payload_out_by_phase = {};  ///< likewise at most; empty where there is one phase
};

/// What was contacted in a phase.
struct PhaseTotal {
    Phase phase;
    std::uint64_t endpoints = 0;      ///< with packets in it
    std::uint64_t new_endpoints = 0;  ///< of these, those that no phase before had
    std::uint64_t flows = 0;          ///< likewise with packets in it
    std::uint64_t begun = 0;          ///< of these, those that began in it
    Volume out;                       ///< of contacts outside of tunnels
    Volume in;
    std::vector<std::uint64_t> running;  ///< once the command has ended: ids of its processes that had not
};

/// What was read.
struct ReportTotals {
    std::uint64_t packets = 0;
    std::uint64_t wire_bytes = 0;
    std::uint64_t dropped = 0;
    std::uint64_t flows = 0;
    std::uint64_t dns_messages = 0;
    std::optional<Timestamp> first;
    std::optional<Timestamp> last;
    std::vector<std::string> files;
};

/// Run, contacts and gaps: every report format is a rendering of it. Its JSON form is report.json
/// (docs/formats/report.md).
struct Report {
    static constexpr int format_version = 1;

    std::optional<Run> run;  ///< absent for a capture file
    std::string place;       ///< the case or the input as it was named, for the commands shown; in no file
    ReportTotals totals;
    std::vector<RatedContact> contacts;      ///< those without a cited purpose first, then by payload out
    std::vector<PurposeTotal> purposes;      ///< in the same order
    std::vector<Process> processes;          ///< by id: the first is number 1; empty where owners were not recorded
    std::vector<PhaseTotal> phases;          ///< in their order; those of the input alone until arrange(); empty: one
    std::optional<HandOver> hand_over;       ///< the command did not do its work itself
    std::vector<Finding> findings;           ///< what the recording shows beside whom it contacted
    std::vector<PackageTree> package_trees;  ///< that its processes ran from
    std::vector<Delegation> delegations;     ///< in the order of time
    std::vector<Gap> gaps;
    std::optional<CrossCheck> cross_check;  ///< of a case whose recording has the kernel's counters
    RuleSet rules;

    std::uint64_t payload_out_at_most() const;  ///< of all contacts at the outermost depth
    std::uint64_t endpoints() const;            ///< distinct ones: several processes may contact one
    std::uint64_t uncited() const;              ///< of these, those without a cited purpose
    bool volumes_are_whole() const;             ///< no gap forbids to say "at most"
    bool phases_are_whole() const;              ///< nor of a phase
    bool lost_input() const;                    ///< something recorded or recordable was lost: exit status 2
};

/// What no report of Waybill can answer; every format shows it.
constexpr std::array<std::string_view, 3> cannot_be_answered{
    "what was inside the encrypted connections",
    "what the tool computes locally",
    "whether the tool identifies its users: a marker inside an encrypted request is invisible here; a clean report "
    "must not be cited against such an allegation",
};

/// Orders the contacts and sums up the purposes.
void arrange(Report& report);

}  // namespace waybill
