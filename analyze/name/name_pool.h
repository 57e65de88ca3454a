#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/name/hash_index.h"
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
    std::string_view text(Id id) const;    ///< in presentation form; valid until the pool changes
    std::size_t size() const { return index_.size(); }

private:
    struct Name {
        std::string wire_and_text;
        std::uint32_t wire_octets = 0;
        std::uint32_t holders = 0;
        Id next_free = none;
    };

    static std::string_view wire(const Name& name)
    {
        return std::string_view{name.wire_and_text}.substr(0, name.wire_octets);
    }
    Id find(std::string_view wire, std::uint32_t hash) const;
    Id free_place();

    KeyedHash hash_;
    HashIndex index_;
    std::vector<Name> names_;
    Id first_free_ = none;
};

}  // namespace waybill
