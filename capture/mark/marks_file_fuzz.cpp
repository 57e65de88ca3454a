#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "capture/mark/marks_file.h"

/// Marks that are read from any octets are in the order of time, have labels, and read back the same once written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    const auto marks = marks_file::read(as_text(std::as_bytes(std::span{data, size})));
    if (!marks)
        return 0;
    std::string written = marks_file::header();
    for (const Mark& mark : *marks)
        written += marks_file::line(mark);
    const auto again = marks_file::read(written);
    const bool are_in_order = std::ranges::is_sorted(*marks, {}, &Mark::at);
    const bool have_labels = std::ranges::none_of(*marks, [](const Mark& mark) { return mark.label.empty(); });
    if (!again || *again != *marks || !are_in_order || !have_labels)
        std::abort();
    return 0;
}
