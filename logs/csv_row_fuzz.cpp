#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "base/cursor.h"
#include "logs/csv_row.h"

// What a row says is the same when it is written again with every cell in quotes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill::logs;
    const auto text = waybill::as_text(std::as_bytes(std::span{data, size}));
    const char delimiter = guess_delimiter(text);
    const auto cells = parse_csv_row(text, delimiter);
    if (!cells)
        return 0;
    std::string written;
    for (const std::string& cell : *cells) {
        written += written.empty() ? "\"" : std::string{delimiter} + "\"";
        for (const char character : cell)
            written += character == '"' ? "\"\"" : std::string{character};
        written += '"';
    }
    if (parse_csv_row(written, delimiter) != cells)
        std::abort();
    return 0;
}
