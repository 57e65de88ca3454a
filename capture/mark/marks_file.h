#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "model/phase.h"

/// Lines of marks.ndjson (docs/formats/case.md), each with its line feed.
namespace waybill::marks_file {

constexpr int format_version = 1;

/// The first line.
std::string header();

/// A label that is not UTF-8 has U+FFFD where it is not.
std::string line(const Mark& mark);

/// What a file says, in the order of time. A last line without its line feed was being written when the recording broke
/// off, and is left out. The error says which line is not as it should be, and why.
std::expected<std::vector<Mark>, std::string> read(std::string_view octets);

}  // namespace waybill::marks_file
