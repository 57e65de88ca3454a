#pragma once

#include <filesystem>

namespace waybill {

/// Where a recording takes marks from, and where it keeps them.
struct MarkFiles {
    std::filesystem::path pipe;  ///< absolute; there already (mark_pipe.h)
    std::filesystem::path file;  ///< marks.ndjson; must not exist yet
};

}  // namespace waybill
