#pragma once

#include <string>
#include <string_view>

namespace waybill {

/// Text as Markdown (GitHub's, above CommonMark 0.30) that shows as just that text, also in a cell of a table, behind
/// other text of its line: printable, in one line, and without any mark-up, link, mention or HTML that a reader sees.
std::string markdown_text(std::string_view text);

/// The same as code, for what is copied: names, commands.
std::string markdown_code(std::string_view text);

}  // namespace waybill
