#pragma once

#include <string>

#include "cli/exit_code.h"

namespace waybill {

/// Why a command stops: what it prints on stderr, and how it ends.
struct Failure {
    ExitCode code = ExitCode::internal;
    std::string message;  ///< what, where and what to do
};

}  // namespace waybill
