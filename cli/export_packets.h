#pragma once

#include <expected>

#include "cli/export_formats.h"

namespace waybill {

/// Writes a case's packets as one pcapng file, each with whose it is and what it is for, as far as that is known.
std::expected<void, Failure> write_packets(const ExportInput& input, const ExportOutput& output);

}  // namespace waybill
