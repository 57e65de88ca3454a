#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/cursor.h"
#include "logs/log_reader.h"

namespace {

using namespace waybill::logs;
using Lines = std::vector<std::pair<std::uint64_t, std::string>>;

Lines read(std::string_view log, const LogOptions& options, std::size_t piece)
{
    Lines lines;
    LogReader reader{options, [&](const LoggedLine& line) {
                         const LogRecord& record = line.record;
                         if ((record.kind == LogRecord::Kind::endpoint) == record.endpoint.is_empty())
                             std::abort();
                         if (!lines.empty() && lines.back().first > line.line)
                             std::abort();
                         lines.emplace_back(line.line, std::string{line.text} + std::string{record.problem});
                     }};
    for (std::size_t at = 0; at < log.size(); at += piece)
        if (!reader.add(log.substr(at, piece)))
            return lines;
    static_cast<void>(reader.finish());  // an error of the log's end is no more than one
    return lines;
}

}  // namespace

// The first octet says the format, or that it is to be told: however the log comes, its records are the same, in the
// order of their lines.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = waybill::as_text(std::as_bytes(std::span{data, size}));
    if (text.empty())
        return 0;
    constexpr unsigned formats = 14;
    const unsigned choice = static_cast<unsigned char>(text.front()) % (formats + 1);
    LogOptions options;
    if (choice < formats)
        options.format = static_cast<LogFormat>(choice);
    const Lines whole = read(text.substr(1), options, size);
    if (read(text.substr(1), options, 3) != whole)
        std::abort();
    return 0;
}
