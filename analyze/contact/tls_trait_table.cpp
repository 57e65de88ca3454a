#include "analyze/contact/tls_trait_table.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace waybill {
namespace {

template <typename Value>
void add_distinct(std::vector<Value>& values, const Value& value)
{
    const auto at = std::ranges::lower_bound(values, value);
    if (at == values.end() || *at != value)
        values.insert(at, value);
}

/// What a text of a list takes.
std::size_t octets_of(const std::string& text)
{
    return sizeof(std::string) + text.size();
}

/// A text that differs where a list of any octets does.
void append(std::string& key, std::string_view part)
{
    key += std::to_string(part.size()) + ":";
    key += part;
}

}  // namespace

std::size_t TlsTraitTable::place_of(const HelloFingerprint* fingerprint)
{
    constexpr unsigned alignment_bits = 4;  // of what an allocator gives
    const auto address = std::bit_cast<std::uintptr_t>(fingerprint);
    return (address >> alignment_bits ^ address >> 13U) & (places - 1);
}

TlsTraitTable::Number TlsTraitTable::find_offer(const std::shared_ptr<const HelloFingerprint>& fingerprint)
{
    std::size_t octets = fingerprint->ja4.size();
    for (const std::string& protocol : fingerprint->alpn)
        octets += octets_of(protocol);
    if (octets > max_trait_octets)
        return 0;  // nor is the fingerprint kept
    std::string key = "offer";
    append(key, fingerprint->ja4);
    for (const std::string& protocol : fingerprint->alpn)
        append(key, protocol);
    const Number number = find_or_add(std::move(key), {fingerprint->alpn, fingerprint->ja4, false});
    known_[place_of(fingerprint.get())] = {fingerprint, number};
    return number;
}

TlsTraitTable::Number TlsTraitTable::find_choice(const std::string& alpn)
{
    std::string key = "choice";
    append(key, alpn);
    const Number number = find_or_add(std::move(key), {{alpn}, {}, true});
    if (number != 0)
        last_choice_ = number;
    return number;
}

TlsTraitTable::Number TlsTraitTable::find_or_add(std::string key, Trait trait)
{
    if (const auto found = numbers_.find(key); found != numbers_.end())
        return found->second;
    const std::size_t octets = octets_of(key) + trait.octets();
    if (traits_.size() == max_traits || octets > max_octets - octets_)
        return 0;
    octets_ += octets;
    traits_.push_back(std::move(trait));
    const auto number = static_cast<Number>(traits_.size());
    numbers_.emplace(std::move(key), number);
    return number;
}

std::size_t TlsTraitTable::Trait::octets() const
{
    std::size_t octets = sizeof(Trait) + ja4.size();
    for (const std::string& protocol : alpn)
        octets += octets_of(protocol);
    return octets;
}

std::shared_ptr<const TlsTraits> TlsTraitTable::make(const Numbers& numbers, Rest rest)
{
    std::size_t octets = sizeof(TlsTraits);
    for (const Number number : numbers)
        octets += number == 0 ? 0 : traits_[number - 1U].octets();
    TlsTraits traits;
    if (octets > max_told_octets - told_octets_) {
        traits.more = true;
        if (!only_more_)
            only_more_ = std::make_shared<const TlsTraits>(std::move(traits));
        return only_more_;
    }
    told_octets_ += octets;
    for (const Number number : numbers)
        tell(number, traits);
    traits.more = rest == Rest::left_out;
    return std::make_shared<const TlsTraits>(std::move(traits));
}

std::shared_ptr<const TlsTraits> TlsTraitTable::tell(Numbers numbers, Rest rest)
{
    std::ranges::sort(numbers);  // contacts differ in which came first
    if (numbers.back() == 0 && rest == Rest::none)
        return nullptr;
    auto& told = told_[{numbers, rest}];
    if (!told)
        told = make(numbers, rest);
    return told->empty() && !told->more ? nullptr : told;
}

void TlsTraitTable::tell(Number number, TlsTraits& traits) const
{
    if (number == 0)
        return;
    const Trait& trait = traits_[number - 1U];
    if (trait.is_choice) {
        add_distinct(traits.alpn_chosen, trait.alpn.front());
        return;
    }
    if (!trait.alpn.empty())
        add_distinct(traits.alpn_offered, trait.alpn);
    if (!trait.ja4.empty())
        add_distinct(traits.ja4, trait.ja4);
}

}  // namespace waybill
