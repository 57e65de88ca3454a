#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "evidence/checkpoints.h"

using namespace waybill::evidence;

// The checkpoints that are read are numbered without a gap and are what was read, octet for octet, up to the first
// fault of the chain; what they are read to is read again from their lines.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = waybill::as_text(std::as_bytes(std::span{data, size}));
    const Checkpoints chain = parse_checkpoints(text);
    std::string written;
    for (std::size_t i = 0; i < chain.entries.size(); ++i) {
        if (chain.entries[i].link.number != i + 1)
            std::abort();
        written += checkpoint_line(chain.entries[i]) + "\n";
    }
    if (!text.starts_with(written) || parse_checkpoints(written).entries != chain.entries)
        std::abort();
    return 0;
}
