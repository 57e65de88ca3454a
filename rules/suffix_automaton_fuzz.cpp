#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "model/hostname.h"
#include "rules/suffix_automaton.h"

// A host, a line feed, a file: a look-up ends whatever the file holds, and finds no name whose letters it lacks.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = waybill::as_text(std::as_bytes(std::span{data, size}));
    const auto line_feed = text.find('\n');
    if (line_feed == text.npos || !waybill::rules::SuffixAutomaton::is_begun_by(text.substr(line_feed + 1)))
        return 0;
    const waybill::rules::SuffixAutomaton list{std::string{text.substr(line_feed + 1)}};
    const auto host = waybill::Hostname::parse(text.substr(0, line_feed));
    if (!host)
        return 0;
    const bool ends_in_result = list.find(host->text()).has_value();
    const bool names_it = list.octets().find(host->text().back()) != std::string::npos ||
                          list.octets().find(static_cast<char>(host->text().back() | '\x80')) != std::string::npos;
    if (list.find({}) || (ends_in_result && !names_it))
        std::abort();
    return 0;
}
