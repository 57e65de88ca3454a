#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_object.h"
#include "evidence/envelope.h"
#include "evidence/key.h"
#include "evidence/manifest.h"

// Lines of JSON of which each has the digest of the one before, so that none is changed, taken out or put in unseen.

namespace waybill::evidence {

/// What ties a line to the others, and who signed it.
struct ChainLink {
    std::uint64_t number = 0;  ///< from 1
    std::string previous;      ///< SHA-256 of the line before without its line feed; empty in the first one
    std::optional<Signature> signature;

    friend bool operator==(const ChainLink&, const ChainLink&) = default;
};

/// SHA-256 of a line without its line feed: what `previous` of the next one is.
std::string line_digest(std::string_view line);

/// The line that these members make, with the signature where there is one.
std::string chain_line(nlohmann::ordered_json members, const ChainLink& link);

/// The signature by `key` over the line that these members make.
Signature sign_line(const nlohmann::ordered_json& members, const SigningKey& key);
bool is_line_signed_by(const nlohmann::ordered_json& members, const ChainLink& link, const PublicKey& key);

/// Reads `number`, `previous` and `signature` of a line.
ChainLink read_link(JsonObject& in, std::optional<FieldError>& error);

/// Text, or null for an empty one.
std::string text_or_null(JsonObject& in, std::string_view name);
nlohmann::ordered_json json_or_null(const std::string& text);

/// What a file of such lines says: the entries up to the first fault.
template <class Entry>
struct LineChain {
    std::vector<Entry> entries;
    std::vector<Fault> faults;
    std::string head;  ///< what `previous` of the next line is
};

/// Any octets give the entries that stand in one chain, and why no more do. `parse` gives an entry of a line or a
/// FieldError, `write` its one form; the entry's member `link` ties it.
template <class Entry, class Parse, class Write>
LineChain<Entry> parse_line_chain(std::string_view text, std::string_view file, const Parse& parse, const Write& write)
{
    LineChain<Entry> chain;
    std::uint64_t number = 0;
    std::string_view rest = text;
    const auto object = [&](std::string what) {
        chain.faults.push_back({fmt::format("{}, line {}", file, number), std::move(what)});
    };
    while (!rest.empty() && chain.faults.empty()) {  // each turn takes a line
        ++number;
        const std::size_t end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        std::expected<Entry, FieldError> entry = parse(line);
        if (!entry)
            object(fmt::format("{}{}{}", entry.error().where, entry.error().where.empty() ? "" : ": ",
                               entry.error().what));
        else if (end == std::string_view::npos)
            object("it does not end with a line feed");
        else if (write(*entry) != line)
            object("it is not written as Waybill writes it");
        else if (entry->link.number != number)
            object(fmt::format("it says that it is number {}", entry->link.number));
        else if (entry->link.previous != chain.head)
            object("it does not follow the line before: one of them was changed, taken out or put in");
        else
            chain.entries.push_back(*std::move(entry));
        if (chain.faults.empty())
            chain.head = line_digest(line);
    }
    return chain;
}

}  // namespace waybill::evidence
