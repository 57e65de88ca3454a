#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "logs/sysmon_xml.h"

// An event holds no more than its text: nothing in it grows, and no name stands twice.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill::logs;
    const auto text = waybill::as_text(std::as_bytes(std::span{data, size}));
    const auto event = parse_windows_event(text);
    if (event.has_value() == (read_sysmon_element(text).problem == "it is no well-formed event"))
        std::abort();
    if (!event)
        return 0;
    std::size_t octets = event->provider.size() + event->id.size() + event->computer.size();
    for (const auto& [name, value] : event->data) {
        octets += name.size() + value.size();
        for (const auto& [other, _] : event->data)
            if (&other != &name && other == name && !name.empty())
                std::abort();
    }
    if (octets > size)
        std::abort();
    return 0;
}
