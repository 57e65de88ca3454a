#pragma once

#include <fstream>

#include "rules/public_suffix.h"
#include "tests/rules/scratch_folder.h"

namespace waybill::test {

/// A small list of our own, so that nothing depends on the machine's.
inline rules::PublicSuffixList small_suffix_list()
{
    const ScratchFolder scratch;
    const auto file = scratch.path() / "suffixes.dat";
    std::ofstream{file} << "com\nexample\nuk\nco.uk\n";
    return rules::PublicSuffixList::read(file).value();
}

}  // namespace waybill::test
