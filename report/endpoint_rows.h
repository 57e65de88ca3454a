#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/report.h"
#include "report/endpoint_table.h"
#include "report/folding.h"

// What every table of endpoints for people shares. Printable.

namespace waybill {

/// The rules that a report cites, numbered from 1 in the order in which they are asked for.
class Footnotes {
public:
    std::size_t number_of(const Rating& rating);

    /// By number, the first being number 1; borrowed from the report.
    const std::vector<const Rating*>& ratings() const { return ratings_; }

private:
    std::vector<const Rating*> ratings_;
};

/// What the report is about: a command, interfaces or files.
std::string subject_text(const Report& report);

/// From when on a report counts its times: the recording's beginning, or that of its first packet.
Timestamp beginning_of(const Report& report);

/// The cells of a row, all but its purpose. IN is empty in the sinkhole.
EndpointRow endpoint_row(const Row& row, const Report& report, TableLayout::Cells cells);

/// "frames 123-181 of packets-0001.pcapng": where the packets of a contact's first flow stand.
std::string frames_text(const Contact& contact, const Report& report);

}  // namespace waybill
