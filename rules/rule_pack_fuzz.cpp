#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "rules/explain.h"

// A pack that loads cites a source in every rule, and nothing of it steers a terminal.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto pack =
        waybill::rules::parse_pack(std::string{waybill::as_text(std::as_bytes(std::span{data, size}))}, "fuzz.json");
    if (!pack)
        return 0;
    std::string shown = waybill::rules::show_text(*pack);
    for (const auto& rule : pack->rules) {
        if (rule.sources.empty() || rule.purposes.empty() || (rule.match.hosts.empty() && rule.match.addresses.empty()))
            std::abort();
        shown += waybill::rules::show_text(rule, {}, pack->version);
    }
    for (const auto& found : pack->switches)
        shown += waybill::rules::show_text(found, pack->version);
    if (std::ranges::any_of(shown, [](char c) { return (c >= 0 && c < ' ' && c != '\n') || c == 0x7f; }))
        std::abort();
    return 0;
}
