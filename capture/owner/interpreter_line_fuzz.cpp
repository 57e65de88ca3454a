#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "capture/owner/executed_program.h"

/// What is read of a script's first line reads the same when it is written as one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto line = waybill::read_interpreter_line(waybill::as_text(std::as_bytes(std::span{data, size})));
    if (!line)
        return 0;
    if (line->interpreter.empty() || line->interpreter.find_first_of(" \t\n") != std::string::npos)
        std::abort();
    const std::string written = "#!" + line->interpreter + " " + line->argument + "\n";
    if (written.size() <= waybill::interpreter_line_octets && waybill::read_interpreter_line(written) != line)
        std::abort();
    return 0;
}
