#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::rules {

/// The public suffix list as libpsl compiles it (psl-make-dafsa, its binary output): an automaton that is used as it
/// stands in the file, without a step of loading. libpsl reads it too; here looking up all suffixes of a host takes a
/// sixth of the time.
class SuffixAutomaton {
public:
    /// What the list says of a rule: bits of libpsl's return values.
    struct Rule {
        bool is_exception = false;  ///< `!www.ck`: no suffix, whatever stands above it
        bool is_wildcard = false;   ///< `*.ck`: every label below it is a suffix too
        bool is_icann = false;      ///< from the registries' part of the list
        bool is_private = false;    ///< from the hosting companies' part

        friend bool operator==(const Rule&, const Rule&) = default;
    };

    /// Whether a file is one, by how it begins.
    static bool is_begun_by(std::string_view octets);

    /// Takes a file that is one. Damage in it makes rules missing, no more.
    explicit SuffixAutomaton(std::string octets);

    /// The rule for a name in lower case, of visible ASCII; its `*.` or `!` is told by the flags.
    std::optional<Rule> find(std::string_view name) const;

    const std::string& octets() const { return octets_; }  ///< the whole file

private:
    static constexpr std::size_t characters = 40;  // that a name can have, and one for all others

    static std::size_t character(unsigned octet);
    void add_second(unsigned first, std::size_t place);
    unsigned octet(std::size_t at) const { return static_cast<unsigned char>(octets_[at]); }
    template <class See>
    void each_child(std::size_t list, const See& see) const;
    std::size_t find_child(std::size_t list, char first) const;
    std::size_t find_end(std::size_t list) const;

    std::string octets_;
    // Where the first character of a name stands, and the second one of each pair: the lists of their nodes are long,
    // and most names are looked up to find that there is no such rule. 0 is nowhere.
    std::array<std::uint32_t, characters> first_{};
    std::array<std::uint32_t, characters * characters> second_{};
};

}  // namespace waybill::rules
