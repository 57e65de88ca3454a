#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "model/experiment.h"
#include "model/plan.h"
#include "rules/rule_book.h"

namespace waybill::rules {

/// Which of a product's switches an experiment sets, and how.
struct SwitchChoice {
    std::string product;           ///< as the packs spell it; letter case does not matter
    std::vector<std::string> ids;  ///< of the switches; empty: all that a program can set
    enum class Arms : std::uint8_t { one_each, together } arms = Arms::one_each;
};

/// An arm without any switch, and one for each thing to set: switches of several packs that set the same are one.
/// The error says what to choose.
std::expected<std::vector<Plan::Arm>, std::string> switch_arms(const RuleBook& book, const SwitchChoice& choice);

/// The product's switches that only a person can set.
std::vector<CitedSwitch> switches_by_hand(const RuleBook& book, std::string_view product, Date day);

/// The switches of these ids, in their order; one that no pack has is left out.
std::vector<CitedSwitch> cite_switches(const RuleBook& book, const std::vector<std::string>& ids, Date day);

/// The product as the packs spell it; nothing where they know no switch of it.
std::optional<std::string> find_product(const RuleBook& book, std::string_view product);

}  // namespace waybill::rules
