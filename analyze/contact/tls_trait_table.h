#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/contact.h"
#include "model/flow_facts.h"

namespace waybill {

/// What the hellos of all flows said, numbered: few say anything new, so a contact keeps numbers alone.
class TlsTraitTable {
public:
    using Number = std::uint16_t;  ///< 0: none
    /// Of all contacts together. A program's hellos differ little; a capture in which more do was made to.
    static constexpr std::size_t max_traits = 4096;
    static constexpr std::size_t max_octets = std::size_t{2} << 20U;        ///< of them together, with their keys
    static constexpr std::size_t max_trait_octets = 1024;                   ///< of one: many times a browser's
    static constexpr std::size_t max_told_octets = std::size_t{16} << 20U;  ///< of what all contacts are told

    /// Of what a client's hello offered. Fast for one that was asked for before. 0 beyond a bound.
    Number offer(const std::shared_ptr<const HelloFingerprint>& fingerprint)
    {
        const Known& known = known_[place_of(fingerprint.get())];
        return known.fingerprint == fingerprint ? known.number : find_offer(fingerprint);
    }

    /// Of the protocol that a server chose, which is not empty. 0 beyond a bound.
    Number choice(const std::string& alpn)
    {
        return last_choice_ != 0 && traits_[last_choice_ - 1U].alpn.front() == alpn ? last_choice_ : find_choice(alpn);
    }

    static constexpr std::size_t kept = Contact::kept_traits;
    using Numbers = std::array<Number, kept>;  ///< of a contact, 0 behind the last one

    enum class Rest : std::uint8_t { none, left_out };  ///< whether the contact had more of them

    /// What the numbers stand for; null where that is nothing. Most contacts have what others have, and share it.
    /// Beyond the bound of what is told only that there was more.
    std::shared_ptr<const TlsTraits> tell(Numbers numbers, Rest rest);

private:
    /// What one hello said.
    struct Trait {
        std::vector<std::string> alpn;  // offered, or the one that was chosen
        std::string ja4;                // of an offer
        bool is_choice = false;

        std::size_t octets() const;
    };
    /// A fingerprint that was asked for. It is kept, so that its address means no other.
    struct Known {
        std::shared_ptr<const HelloFingerprint> fingerprint;
        Number number = 0;
    };
    static constexpr std::size_t places = 512;  // of those that flows of one moment have; a power of two

    static std::size_t place_of(const HelloFingerprint* fingerprint);
    Number find_offer(const std::shared_ptr<const HelloFingerprint>& fingerprint);
    Number find_choice(const std::string& alpn);
    Number find_or_add(std::string key, Trait trait);
    void tell(Number number, TlsTraits& traits) const;
    std::shared_ptr<const TlsTraits> make(const Numbers& numbers, Rest rest);

    std::vector<Known> known_ = std::vector<Known>(places);
    std::vector<Trait> traits_;                        // by number, from 1
    std::unordered_map<std::string, Number> numbers_;  // by all that a trait says
    std::map<std::pair<Numbers, Rest>, std::shared_ptr<const TlsTraits>> told_;
    std::shared_ptr<const TlsTraits> only_more_;  // of contacts beyond the bound
    std::size_t octets_ = 0;                      // of traits and keys
    std::size_t told_octets_ = 0;
    Number last_choice_ = 0;  // most servers choose the same one
};

}  // namespace waybill
