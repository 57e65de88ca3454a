#pragma once

#include <string_view>
#include <vector>

namespace waybill::logs {

/// The words of a line between spaces and tabs, of `most` at most; the last one then holds what is left.
std::vector<std::string_view> words_of(std::string_view line, std::size_t most);

/// What stands behind the first `mark`; empty where there is none.
std::string_view behind(std::string_view text, std::string_view mark);

}  // namespace waybill::logs
