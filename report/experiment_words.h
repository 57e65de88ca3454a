#pragma once

#include <string>
#include <vector>

#include "model/experiment.h"

// The words of an experiment's results. Whatever came from outside is made printable here.

namespace waybill {

/// "A" for the first arm, "B", … "Z", "AA"
std::string arm_letter(std::size_t arm);

/// "10 of 10"
std::string share_text(const ArmSight& sight);

/// "5.4e-06", "0.016", "1"
std::string probability_text(double p);

/// "reduced", "not reduced", "inconclusive"
std::string verdict_text(ArmComparison::Verdict verdict);

/// "api.example:443", or the number of endpoints of a set of purposes
std::string unit_text(const Unit& unit);

/// "telemetry", "model-inference, telemetry", "no cited purpose"
std::string purposes_text(const Unit& unit);

/// What the test was and gave: "Fisher's exact test, one-sided: p = 5.4e-06, corrected 1.6e-05"
std::string test_text(const Experiment& experiment, const ArmComparison& comparison);

/// What is said of a unit in an arm, as sentences with numbers and their scope.
std::string verdict_sentences(const Experiment& experiment, const Unit& unit, const ArmComparison& comparison);

/// Of an arm: how many runs are complete, what it sets, and what documents that, a line each.
std::vector<std::string> arm_sentences(const Experiment& experiment, std::size_t arm);

/// A documented switch: its name, effect, source with grade, date and age.
std::string switch_sentence(const CitedSwitch& documented);

/// What else differed, and that nothing else that was compared did.
std::vector<std::string> difference_sentences(const Experiment& experiment);

/// How the results came about, for those who want to do it again.
std::vector<std::string> method_sentences(const Experiment& experiment);

}  // namespace waybill
