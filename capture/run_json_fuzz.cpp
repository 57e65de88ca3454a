#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "capture/case_folder.h"

/// What is read of a run.json that anybody may have written is written so that it reads back the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto run = waybill::run_from_json(waybill::as_text(std::as_bytes(std::span{data, size})));
    if (!run)
        return 0;
    const std::string written = waybill::run_to_json(*run);
    const auto again = waybill::run_from_json(written);
    if (!again || waybill::run_to_json(*again) != written)
        std::abort();
    return 0;
}
