#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "capture/terminal/terminal_output.h"

using waybill::TerminalOutput;

// In whatever pieces output comes, it says the same; what is kept of it has bounds, and what is passed on holds no
// control but line breaks, backspaces and sequences that begin with CSI.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto octets = waybill::as_text(std::as_bytes(std::span{data, size}));
    TerminalOutput whole;
    TerminalOutput pieces;
    whole.add(octets);
    const std::size_t half = size == 0 ? 0 : data[0] % size;
    pieces.add(octets.substr(0, half));
    pieces.add(octets.substr(half));
    const std::string shown = whole.take_shown();
    bool is_kept = whole.text() == pieces.text() && whole.take_answers() == pieces.take_answers() &&
                   shown == pieces.take_shown() && whole.text().size() <= TerminalOutput::max_text_octets;
    for (std::size_t at = 0; at < shown.size(); ++at) {
        const char each = shown[at];
        const bool is_control = (each >= 0 && each < ' ') || each == 0x7f;
        is_kept &= !is_control || each == '\n' || each == '\r' || each == '\t' || each == '\b' ||
                   (each == '\x1b' && shown.compare(at, 2, "\x1b[") == 0);
    }
    if (!is_kept)
        std::abort();
    return 0;
}
