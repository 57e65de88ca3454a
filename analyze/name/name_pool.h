#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/name/hash_index.h"
#include "model/shared_text.h"
#include "wire/dns_name.h"

namespace waybill {

/// Keeps each distinct domain name once, for as long as somebody holds it. Names differ by octets: who wants them
/// without regard to case gives them in lower case.
class NamePool {
public:
    using Id = std::uint32_t;
    static constexpr Id none = HashIndex::none;

    Id hold(const dns::Name& name);  ///< the name's number, held once more
    void hold(Id id) { ++names_[id].holders; }
    void release(Id id);                   ///< gives one hold back; without another one the name goes
    Id find(const dns::Name& name) const;  ///< without holding it; `none` where nobody does
    const SharedText& text(Id id) const { return names_[id].text; }  ///< in presentation form
    std::size_t size() const { return index_.size(); }

private:
    struct Name {
        std::string wire;
        SharedText text;
        std::uint32_t holders = 0;
        Id next_free = none;
    };

    Id find(std::string_view wire, std::uint32_t hash) const;
    Id free_place();

    KeyedHash hash_;
    HashIndex index_;
    std::vector<Name> names_;
    Id first_free_ = none;
};

}  // namespace waybill
