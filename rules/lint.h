#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/public_suffix.h"
#include "rules/rule_book.h"

namespace waybill::rules {

/// Something in a pack that a person should look at.
struct LintFinding {
    enum class Kind : std::uint8_t {
        example_fails,       ///< the rule does not decide an endpoint of `match`, or decides one of `no_match`
        example_missing,     ///< no endpoint that the rule, or a pattern of it that is no exact host, decides, or none
                             ///< that it does not
        contradictory,       ///< another rule has the same pattern and conditions, and other purposes
        shadowed,            ///< every pattern of the rule is another rule's too, which decides
        outside_claim,       ///< a host that is under no registrable domain the pack claims
        not_registrable,     ///< the pack claims something that nobody registered: a public suffix, or a name below one
        date_in_future,      ///< a source was read, or the pack changed, after today
        words_not_neutral,   ///< the statement, a paraphrase or an effect judges
        statement_form,      ///< a statement or an effect is not one sentence with a full stop
        purpose_repeated,    ///< the same purpose twice, or `unknown` beside another
        duplicate,           ///< a pattern and conditions of this rule stand in another too, which decides
        wider_than_owner,    ///< a suffix below which names belong to anybody, such as a hosting company's customers
        unknown_switch,      ///< a switch that no loaded pack has
        operator_unsourced,  ///< who receives the data is said by a source that the rule does not cite
    };
    Kind kind{};
    std::string pack;   ///< the pack's file
    std::string where;  ///< the rule's id, or the field of the pack
    std::string what;   ///< one sentence without its full stop

    std::string text() const;  ///< `anthropic.json: anthropic/api: …`
    friend bool operator==(const LintFinding&, const LintFinding&) = default;
};

/// `example-fails`, …
std::string_view text(LintFinding::Kind kind);

/// The words of a text that judge instead of telling what a source says, in their order; empty when it is neutral.
std::vector<std::string> judging_words(std::string_view text);

/// Looks at all packs together, as of `today`. Sorted by file, rule and kind; empty when there is nothing to say.
std::vector<LintFinding> lint(const RuleBook& book, const PublicSuffixList& suffixes, Date today);

}  // namespace waybill::rules
