#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "report/annotation.h"

namespace waybill {

/// How many lines of a log went to whom and what for: annotations are added one by one, and a table is made of them.
class AnnotationTable {
public:
    /// Distinct hosts that are remembered for counting; where there are more, their number is told as "at least".
    static constexpr std::size_t max_hosts = 262'144;

    /// Counts an annotation that has an endpoint.
    void add(const Annotation& annotation);

    /// The table, those without a cited purpose first, then by lines. `not_found` explains them, where there are any.
    std::string text(std::string_view not_found) const;

private:
    struct Group {
        std::uint64_t lines = 0;
        std::set<std::string, std::less<>> hosts;
        bool has_more = false;  // hosts than are remembered
        std::string example;
    };
    using Key = std::pair<std::string, std::string>;  // purposes, vendor

    std::map<Key, Group> groups_;
    std::size_t hosts_ = 0;  // remembered in all groups
};

}  // namespace waybill
