#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/purpose.h"
#include "model/spread.h"

namespace waybill {

/// What an arm's complete runs show of a unit.
struct ArmSight {
    std::uint32_t count = 0;   ///< runs in which it was contacted
    std::uint32_t runs = 0;    ///< complete ones
    std::uint32_t hidden = 0;  ///< of those without a contact: runs whose gaps could hide one
    double low = 0;            ///< exact bounds of the probability, 95 %
    double high = 1;
    Spread flows;
    Spread ip_bytes_out;
};

/// What is said of a unit in an arm, against the first arm.
struct ArmComparison {
    enum class Test : std::uint8_t { fisher, permutation };
    enum class Verdict : std::uint8_t { reduced, not_reduced, inconclusive };
    /// Why nothing could be said.
    enum class Reason : std::uint8_t {
        none,
        too_few_runs,
        hidden,  ///< runs that failed, or whose gaps could hide a contact, could change the verdict
    };

    std::size_t arm = 0;
    Test test{};
    bool is_tested = false;    ///< in the family: the test can get below the level with so many runs
    double p = 1;              ///< one-sided: less than in the first arm
    double corrected = 1;      ///< by Holm's method, over the family
    double two_sided = 1;      ///< not corrected
    std::uint64_t splits = 0;  ///< of a permutation test
    bool is_exact = true;      ///< every split was looked at
    double largest_drop = 1;   ///< of the probability, at most: exact bounds, 95 %
    double margin_p = 1;  ///< that octets, none where it was not contacted, are below (1 - margin) of the first arm's
    Verdict verdict = Verdict::inconclusive;
    Reason reason = Reason::none;
    bool is_more = false;        ///< in more runs, or more octets, two-sided and not corrected
    bool more_in_sight = false;  ///< is_more, and runs of the first arm that failed or have gaps could hide as much
    bool only_in_sight = false;  ///< never contacted, and a gap forbids to say so plainly
    bool is_covered = false;     ///< the arm is documented to reduce such a purpose, or documents nothing
    std::optional<std::uint32_t> needed;  ///< repeats for a verdict, if it goes on like this
};
std::string_view text(ArmComparison::Test test);
std::string_view text(ArmComparison::Verdict verdict);
std::string_view text(ArmComparison::Reason reason);

/// What is judged: an endpoint, or all of one set of purposes where it has several endpoints.
struct Unit {
    enum class Kind : std::uint8_t { endpoint, purposes };

    Kind kind{};
    std::string name;  ///< "api.example:443", "o*.ingest.example:443"; empty for purposes
    std::vector<Purpose> purposes;
    bool is_cited = false;
    std::string vendor;
    std::string rule;
    std::size_t endpoints = 1;
    std::vector<ArmSight> sights;            ///< of each arm
    std::vector<ArmComparison> comparisons;  ///< of each arm but the first

    bool is_mixed() const { return purposes.size() > 1; }
};

}  // namespace waybill
