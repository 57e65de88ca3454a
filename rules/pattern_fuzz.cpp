#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "rules/pattern.h"

// A pattern, a space, a host: a pattern's text is the same pattern again, and a match keeps what the pattern promises.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = waybill::as_text(std::as_bytes(std::span{data, size}));
    const auto space = text.find(' ');
    const auto pattern = waybill::rules::HostPattern::parse(text.substr(0, space));
    if (!pattern)
        return 0;
    if (waybill::rules::HostPattern::parse(pattern->text()) != pattern || pattern->literal_tail().empty())
        std::abort();
    if (const auto own = waybill::Hostname::parse(pattern->text()); own && !pattern->matches(*own))
        std::abort();
    const auto host = waybill::Hostname::parse(space == text.npos ? "" : text.substr(space + 1));
    if (host && pattern->matches(*host) && !host->text().ends_with(pattern->literal_tail()))
        std::abort();
    return 0;
}
