#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules/pack.h"

namespace waybill::rules {

/// How a rule matched.
struct PatternMatch {
    std::string pattern;  ///< as the rule writes it: a host pattern, an address or a range
    Specificity specificity;
};

/// A rule that matched; the rule and its pack are borrowed from the book and live as long as it.
struct RuleCandidate {
    const Rule* rule = nullptr;
    const Pack* pack = nullptr;
    PatternMatch why;
};

/// The rule that decides, and those that matched less specifically, the closest first.
struct RuleMatch {
    const Rule* rule = nullptr;  ///< borrowed from the book
    const Pack* pack = nullptr;  ///< borrowed from the book
    PatternMatch why;
    std::vector<RuleCandidate> runners_up;
};

/// A folder of packs.
struct PackFolder {
    std::filesystem::path path;
    PackOrigin origin{};
    Objection objection = {};  ///< to a file, by whose it is
};

/// A shipped pack in whose place one's own of the same id stands.
struct ReplacedPack {
    std::string id;
    std::string version;
    std::string digest;  ///< of the shipped one
};

/// All packs, indexed: a host is looked up once as a whole and once for each of its suffixes.
///
/// The most specific match decides. Where two are equally specific one's own does before a shipped one, and then the
/// rule whose id comes first, so that the result never depends on the order of the files; `lint` reports such pairs.
class RuleBook {
public:
    RuleBook() = default;

    /// From packs that are already read. One's own pack stands in place of a shipped one of its id; else an id, of a
    /// pack, a rule or a switch, that stands twice is an error.
    static std::expected<RuleBook, PackError> from_packs(std::vector<Pack> packs);

    /// Reads every *.json of the folders, sorted by name. A folder that cannot be read, or holds no pack, is an error.
    static std::expected<RuleBook, PackError> read(std::span<const PackFolder> folders);

    /// The rule that decides; nothing when none matches.
    std::optional<RuleCandidate> decide(const EndpointQuery& endpoint) const;

    /// The same, with the rules that matched less specifically.
    std::optional<RuleMatch> find(const EndpointQuery& endpoint) const;

    /// Every rule that matches, the one that decides first.
    std::vector<RuleCandidate> candidates(const EndpointQuery& endpoint) const;

    /// The packs that claim a registrable domain which the host is or is below.
    std::vector<const Pack*> packs_claiming(const Hostname& host) const;

    const Rule* find_rule(std::string_view id) const;       ///< nullptr when there is none
    const Switch* find_switch(std::string_view id) const;   ///< likewise
    std::span<const Pack> packs() const { return packs_; }  ///< sorted by id
    std::span<const ReplacedPack> replaced() const { return replaced_; }
    std::size_t rule_count() const;

    // The index points into the packs, so a book moves but is not copied.
    RuleBook(RuleBook&&) noexcept = default;
    RuleBook& operator=(RuleBook&&) noexcept = default;
    RuleBook(const RuleBook&) = delete;
    RuleBook& operator=(const RuleBook&) = delete;
    ~RuleBook() = default;

private:
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    struct HostEntry {
        const Pack* pack;
        const Rule* rule;
        const HostPattern* pattern;
        std::uint32_t hash;  // of the pattern's literal tail
        std::uint32_t next;  // the entry after it in its slot
    };
    struct AddressEntry {
        const Pack* pack;
        const Rule* rule;
        const AddressRange* range;
    };

    template <class Entry>
    class Deciding;

    void drop_replaced();
    void index();
    void index_host(const Pack& pack, const Rule& rule, const HostPattern& pattern);
    template <class See>
    void each_host(const EndpointQuery& endpoint, const See& see) const;
    template <class See>
    void each_address(const EndpointQuery& endpoint, const See& see) const;

    std::vector<Pack> packs_;
    std::vector<ReplacedPack> replaced_;
    std::vector<HostEntry> hosts_;
    std::vector<std::uint32_t> slots_;  // the first entry of each, by the tail's hash: a power of two
    std::vector<std::uint64_t> tails_;  // a bit for each hash that a tail has: most names are of no pattern
    std::vector<AddressEntry> addresses_;
    std::unordered_map<std::string_view, std::vector<const Pack*>, TextHash, std::equal_to<>> claims_;
};

}  // namespace waybill::rules
