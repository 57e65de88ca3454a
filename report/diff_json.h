#pragma once

#include <string>

#include "model/diff.h"

namespace waybill {

/// docs/formats/diff.md: the same comparison gives the same octets.
std::string diff_to_json(const Diff& compared);

}  // namespace waybill
