#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <forward_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/json_object.h"
#include "model/purpose.h"
#include "rules/pattern.h"
#include "rules/source.h"
#include "rules/switch.h"

namespace waybill::rules {

/// What the rule says of itself: endpoints that it decides, and endpoints that it does not.
struct Examples {
    std::vector<std::string_view> match;
    std::vector<std::string_view> no_match;
};

/// Who receives the data of an endpoint, where a source says that this is not the vendor itself.
struct Operator {
    std::string_view name;
    std::string_view source;  ///< URL of one of the rule's sources
};

/// What sources document about some endpoints.
struct Rule {
    std::string_view id;  ///< `anthropic/api`: the pack's id, a slash, a name of its own
    std::string_view vendor;
    std::vector<std::string_view> products;
    EndpointPattern match;
    std::vector<Purpose> purposes;  ///< several where metadata cannot tell them apart
    std::string_view statement;     ///< one neutral sentence
    bool customers = false;         ///< the names belong to customers of the vendor, who runs the machines
    std::vector<Operator> operators;
    std::vector<std::string_view> opt_outs;  ///< ids of documented switches, of any pack
    std::vector<Source> sources;             ///< at least one
    Examples examples;
};

/// What a pack's texts are borrowed from. It stays in its place when the pack moves.
struct PackText {
    std::unique_ptr<const std::string> octets;  ///< the file's
    std::forward_list<std::string> unescaped;   ///< texts that the file writes with escapes
};

/// Whose pack it is: one's own decides where a shipped one is as specific, and stands in place of one of its name.
enum class PackOrigin : std::uint8_t { shipped, own };
std::string_view text(PackOrigin origin);  ///< `shipped`, `own`

constexpr std::size_t max_pack_octets = std::size_t{64} << 20U;  ///< of a file: a list of two million hosts

/// A file of rules. It moves, but is not copied: its texts are its own file's.
struct Pack {
    std::string_view id;
    std::string_view title;
    Date version{};  ///< the day of its last change
    std::string_view vendor;
    std::vector<std::string_view> registrable_domains;  ///< whose names this pack speaks about
    std::string_view licence;
    std::vector<Switch> switches;
    std::vector<Rule> rules;
    PackOrigin origin{};
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

/// Reads a pack's file, of 64 MB at most, unless there is an objection to whose it is.
std::expected<Pack, PackError> read_pack(const std::filesystem::path& file, const Objection& objection = {});

/// The day of the pack's oldest and latest reading of a source.
struct ReadDates {
    Date oldest{};
    Date latest{};
};
ReadDates read_dates(const Pack& pack);

}  // namespace waybill::rules
