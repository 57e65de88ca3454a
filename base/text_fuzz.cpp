#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "base/log_command.h"
#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string printed = waybill::printable(waybill::as_text(std::as_bytes(std::span{data, size})));
    if (!waybill::hides_nothing(printed))
        std::abort();  // not text, or text that does what it should not
    for (std::size_t at = 0; at < printed.size(); ++at)
        if (waybill::begins_log_command(printed, at))
            std::abort();  // the log of a job would take it for a command
    if (waybill::printable(printed) != printed)
        std::abort();  // made printable twice it is another text
    return 0;
}
