#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "base/log_command.h"
#include "base/text.h"
#include "base/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string printed = waybill::printable(waybill::as_text(std::as_bytes(std::span{data, size})));
    std::string_view rest = printed;
    while (!rest.empty()) {
        const std::size_t octets = waybill::utf8_sequence(rest);
        if (octets == 0 || waybill::is_hidden(waybill::utf8_code_point(rest.substr(0, octets))))
            std::abort();  // not text, or text that does what it should not
        rest.remove_prefix(octets);
    }
    for (std::size_t at = 0; at < printed.size(); ++at)
        if (waybill::begins_log_command(printed, at))
            std::abort();  // the log of a job would take it for a command
    if (waybill::printable(printed) != printed)
        std::abort();  // made printable twice it is another text
    return 0;
}
