#pragma once

#include <string>

#include "model/diff.h"
#include "report/words.h"

namespace waybill {

/// A comparison as Markdown, for a pull request: a heading, the summary, the table of differences and what limits it.
/// Nothing that came from outside can be mark-up, a link or a mention there.
std::string diff_to_markdown(const Diff& compared, Named named);

}  // namespace waybill
