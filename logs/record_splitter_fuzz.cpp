#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/cursor.h"
#include "logs/record_splitter.h"

namespace {

using namespace waybill::logs;
using Records = std::vector<std::pair<std::uint64_t, std::string>>;

Records split(std::string_view text, const Frame& frame, std::size_t piece)
{
    RecordSplitter splitter{frame};
    Records records;
    const auto drain = [&] {
        while (const auto record = splitter.next()) {
            if (record->text.size() > RecordSplitter::max_record_octets)
                std::abort();
            records.emplace_back(record->line, std::string{record->text});
        }
    };
    for (std::size_t at = 0; at < text.size(); at += piece) {
        splitter.append(text.substr(at, piece));
        drain();
    }
    splitter.finish();
    drain();
    return records;
}

}  // namespace

// The first octet says how records are cut: however the log comes, they are the same, each within the bound, and each
// stands in the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = waybill::as_text(std::as_bytes(std::span{data, size}));
    if (text.empty())
        return 0;
    const auto choice = static_cast<unsigned char>(text.front());
    const Frame frame{static_cast<Framing>(choice % 5), choice > 127 ? ';' : ','};
    const Records whole = split(text.substr(1), frame, size);
    if (split(text.substr(1), frame, 1 + choice % 7) != whole)
        std::abort();
    for (const auto& [line, record] : whole)
        if (!text.contains(record))
            std::abort();
    return 0;
}
