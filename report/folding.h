#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/report.h"
#include "report/words.h"

namespace waybill {

/// A line of a report's table: the contacts of one program to one endpoint, or the sum of several that are not listed
/// by themselves.
struct Row {
    enum class Kind : std::uint8_t {
        contact,
        folded,          ///< more endpoints of the same rule, purposes and registrable domain as the row before
        unlisted,        ///< more contacts without a cited purpose than the table lists
        unlisted_cited,  ///< more contacts with one
    };
    Kind kind = Kind::contact;
    const RatedContact* first = nullptr;  ///< the contact, or the first of those; borrowed from the report
    std::size_t endpoints = 1;
    std::size_t processes = 1;  ///< how many of one program, each with a contact to the endpoint
    std::uint64_t flows = 0;
    std::uint64_t ip_bytes_out = 0;
    std::uint64_t ip_bytes_in = 0;
    Timestamp began;  ///< of the earliest

    bool is_cited() const { return first->rating.is_cited(); }
};

struct FoldLimits {
    std::size_t fold_from = 5;    ///< contacts of one rule, purposes and registrable domain, from which they fold
    std::size_t fold_keeps = 2;   ///< of these, how many stay listed
    std::size_t rows = 40;        ///< listed at most; two more may sum up the rest
    std::size_t cited_rows = 12;  ///< of these, how many are kept for contacts with a cited purpose
};

/// The rows in the report's order, but that what folds stands together. Every contact is in exactly one; those of
/// several processes of one program (owner_text()) to one endpoint count as one.
std::vector<Row> fold(const Report& report, const FoldLimits& limits);

/// A row for each endpoint and program.
std::vector<Row> unfolded(const Report& report);

/// Whether the rows list every contact by itself.
Listing listing_of(const std::vector<Row>& rows);

}  // namespace waybill
