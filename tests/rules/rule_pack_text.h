#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "rules/rule_book.h"

namespace waybill::test {

/// A pack of `rules` (JSON objects with commas between) that claims example.com.
inline std::string pack_text(std::string_view rules, std::string_view id = "p")
{
    return fmt::format(R"({{"format":"waybill-rule-pack/1","id":"{}","title":"T","version":"2026-01-02","vendor":"V",
        "registrable_domains":["example.com"],"licence":"L","rules":[{}]}})",
                       id, rules);
}

/// A rule that loads and lints clean; `match` is the inside of the object, examples follow from `match_example`.
inline std::string rule_text(std::string_view id, std::string_view match, std::string_view match_example,
                             std::string_view purposes = R"("telemetry")")
{
    return fmt::format(R"({{"id":"{}","vendor":"V","products":["Tool"],"match":{{{}}},"purposes":[{}],
        "statement":"Takes events.","sources":[{{"title":"Page","url":"https://example.com/page",
        "grade":"vendor-documentation","read":"2026-01-01","paraphrase":"The page lists the host."}}],
        "examples":{{"match":["{}"],"no_match":["other.example"]}}}})",
                       id, match, purposes, match_example);
}

/// A book of packs' texts, which must load.
template <class... Texts>
rules::RuleBook book(const Texts&... texts)
{
    std::vector<rules::Pack> packs;
    (packs.push_back(rules::parse_pack(texts, "pack.json").value()), ...);
    return rules::RuleBook::from_packs(std::move(packs)).value();
}

}  // namespace waybill::test
