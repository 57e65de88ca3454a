#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/experiment.h"
#include "model/report.h"

namespace waybill::rules {

/// What a run shows of one endpoint.
struct ObservedEndpoint {
    std::string name;  ///< endpoint_key()
    std::vector<Purpose> purposes;
    bool is_cited = false;
    std::string vendor;
    std::string rule;
    std::uint64_t flows = 0;
    std::uint64_t ip_bytes_out = 0;
};

/// How much a run's gaps leave of the claim that something was not contacted.
enum class AbsenceSight : std::uint8_t {
    whole,     ///< or limited by the network mode, for all runs alike, which is said of the whole experiment
    in_sight,  ///< something may have happened out of sight
    hidden,    ///< a contact may be in the recording, or was in what is lost, under no name or another
};

/// What an experiment keeps of a run. Of one that is not complete only what it is.
struct ObservedRun {
    std::uint32_t number = 0;
    std::size_t arm = 0;
    RunOutcome outcome = RunOutcome::not_run;
    std::string what;                         ///< became of it, where it is not complete
    std::vector<ObservedEndpoint> endpoints;  ///< by name
    AbsenceSight absence = AbsenceSight::whole;
    bool volumes_are_whole = true;
    std::vector<Gap> gaps;
    std::vector<std::pair<std::string, std::string>> circumstances;  ///< by name: what could matter beside the arm
};

/// What counts as one endpoint (identity_of), as people write it: "api.example:443", "192.0.2.1:53/udp", "[::1]:any".
std::string endpoint_key(const RatedContact& rated);

/// How far the gaps let one say that something was not contacted (docs/commands/experiment.md has the table).
AbsenceSight absence_sight(const std::vector<Gap>& gaps);

/// What could be of the network mode, and is not there in every complete run, came about in a run: it narrows that one.
void narrow_by_accidents(std::span<ObservedRun> runs);

/// The endpoints and gaps of a run's report.
ObservedRun observe(const Report& report);

}  // namespace waybill::rules
