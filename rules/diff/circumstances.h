#pragma once

#include <span>
#include <vector>

#include "model/diff.h"
#include "model/report.h"

namespace waybill::diff {

/// The packs that each case of a side holds: by id, with their digests.
using PacksOfCases = std::vector<std::vector<PackIdentity>>;

/// What else is not alike: the command line, the versions and digests of the programs that made contacts and of the
/// command's own, the network, the machine, how the recordings were made, and the packs that the cases hold.
std::vector<Circumstance> circumstances(const BeforeAfter<std::span<const Report>>& sides,
                                        const BeforeAfter<PacksOfCases>& packs);

}  // namespace waybill::diff
