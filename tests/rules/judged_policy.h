#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/policy/judge.h"
#include "rules/rate.h"
#include "tests/report/sample_report.h"
#include "tests/rules/rule_pack_text.h"
#include "tests/rules/suffix_list.h"

// Policies as the tests write them, and what they say of reports.

namespace waybill::test {

inline std::string policy_text(std::string_view entries, std::string_view fields = R"("default":"allow",)")
{
    return fmt::format(
        R"({{"format":"waybill-policy/1","id":"p","title":"T","version":"2026-01-02",{}"entries":[{}]}})", fields,
        entries);
}

inline rules::Policy policy(std::string_view entries, std::string_view fields = R"("default":"allow",)")
{
    auto read = rules::parse_policy(policy_text(entries, fields), "p.json");
    REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().text()));
    return *std::move(read);
}

/// Judged by what a book of rules says of further names; without one, by none.
inline Verdict judged(const Report& report, const rules::Policy& policy, const rules::RuleBook& rules = book())
{
    static const rules::PublicSuffixList suffixes = small_suffix_list();
    return rules::judge(report, policy, {rules, suffixes, rules::last_day(report)});
}

inline Rating telemetry()
{
    return cited("acme/events", {Purpose::telemetry}, "Takes events.");
}

inline Rating mixed()
{
    return cited("acme/api", {Purpose::model_inference, Purpose::telemetry}, "Answers prompts, takes events.");
}

/// The decision about the one contact of a capture file.
inline JudgedContact decision(RatedContact contact, std::string_view entries,
                              std::string_view fields = R"("default":"allow",)")
{
    std::vector<RatedContact> contacts;
    contacts.push_back(std::move(contact));
    Verdict verdict = judged(capture_report(std::move(contacts)), policy(entries, fields));
    REQUIRE(verdict.contacts.size() == 1);
    return std::move(verdict.contacts.front());
}

}  // namespace waybill::test
