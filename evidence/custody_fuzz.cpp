#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "evidence/custody.h"

using namespace waybill::evidence;

// The entries that are read are numbered without a gap, follow one another, and are what was read, octet for octet, up
// to the first fault.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = waybill::as_text(std::as_bytes(std::span{data, size}));
    const Custody custody = parse_custody(text);
    std::string written;
    for (std::size_t i = 0; i < custody.entries.size(); ++i) {
        if (custody.entries[i].link.number != i + 1)
            std::abort();
        written += custody_line(custody.entries[i]) + "\n";
    }
    if (!text.starts_with(written) || (custody.faults.empty() && written != text))
        std::abort();
    return 0;
}
