#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <forward_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/purpose.h"
#include "rules/json_object.h"
#include "rules/pattern.h"

namespace waybill::rules {

using Date = std::chrono::year_month_day;

/// From `2026-08-22`; nothing when it is not such a date or no day of the calendar.
std::optional<Date> parse_date(std::string_view text);
std::string text(Date date);  ///< `2026-08-22`

/// How close to the vendor a source is, from the strongest to the weakest; a standard has no vendor.
enum class SourceGrade : std::uint8_t {
    vendor_documentation,
    standard,
    vendor_source_code,
    vendor_issue,
    third_party,
    observed,
};
std::string_view text(SourceGrade grade);  ///< `vendor-documentation`, …

/// Who says so, and when it was read.
struct Source {
    std::string_view title;
    std::string_view url;
    SourceGrade grade{};
    Date read{};                               ///< the day on which it said so
    std::string_view paraphrase;               ///< what it says, in our words
    std::optional<std::string_view> read_via;  ///< where it was read, when not at `url`
};

/// How a documented switch is set.
enum class OptOutKind : std::uint8_t { env, setting, flag, command };
std::string_view text(OptOutKind kind);

/// A documented switch, as its source describes it.
struct OptOut {
    std::string_view name;  ///< as it is written: `DO_NOT_TRACK=1`
    OptOutKind kind{};
    std::string_view effect;
    std::string_view source;  ///< URL
};

/// What the rule says of itself: endpoints that it decides, and endpoints that it does not.
struct Examples {
    std::vector<std::string_view> match;
    std::vector<std::string_view> no_match;
};

/// What sources document about some endpoints.
struct Rule {
    std::string_view id;  ///< `anthropic/api`: the pack's id, a slash, a name of its own
    std::string_view vendor;
    std::vector<std::string_view> products;
    EndpointPattern match;
    std::vector<Purpose> purposes;  ///< several where metadata cannot tell them apart
    std::string_view statement;     ///< one neutral sentence
    std::vector<OptOut> opt_outs;
    std::vector<Source> sources;  ///< at least one
    Examples examples;
};

/// What a pack's texts are borrowed from. It stays in its place when the pack moves.
struct PackText {
    std::unique_ptr<const std::string> octets;  ///< the file's
    std::forward_list<std::string> unescaped;   ///< texts that the file writes with escapes
};

/// A file of rules. It moves, but is not copied: its texts are its own file's.
struct Pack {
    std::string_view id;
    std::string_view title;
    Date version{};  ///< the day of its last change
    std::string_view vendor;
    std::vector<std::string_view> registrable_domains;  ///< whose names this pack speaks about
    std::string_view licence;
    std::vector<Rule> rules;
    std::string file;  ///< its name, without folders
    PackText text;     ///< what the texts of the pack and its rules are borrowed from

    std::string digest() const;  ///< SHA-256 of the file's octets, in hex
};

/// Why a pack did not load.
struct PackError {
    std::string file;
    FieldError field;

    std::string text() const;  ///< `anthropic.json: rules[3].sources: a rule needs at least one source`
    friend bool operator==(const PackError&, const PackError&) = default;
};

/// Reads a pack's octets (docs/formats/rule-pack.md); `file` is the name that errors and reports use.
std::expected<Pack, PackError> parse_pack(std::string octets, std::string_view file);

/// Reads a pack's file, of 4 MB at most.
std::expected<Pack, PackError> read_pack(const std::filesystem::path& file);

/// The day of the pack's oldest and latest reading of a source.
struct ReadDates {
    Date oldest{};
    Date latest{};
};
ReadDates read_dates(const Pack& pack);

}  // namespace waybill::rules
