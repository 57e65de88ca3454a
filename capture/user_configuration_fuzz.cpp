#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "base/cursor.h"
#include "capture/user_configuration.h"

/// What a configuration says can be written so that it reads back the same, it never names a mode that is none of
/// run's, and an error is short whatever the file holds.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::size_t longest_error = 300;
    const auto read = waybill::parse_user_configuration(waybill::as_text(std::as_bytes(std::span{data, size})));
    if (!read) {
        if (read.error().empty() || read.error().size() > longest_error)
            std::abort();
        return 0;
    }
    std::string run;
    if (read->network)
        run = fmt::format(R"("network":"{}")", text(*read->network));
    if (read->uplink)
        run += fmt::format(R"({}"uplink":"{}")", run.empty() ? "" : ",", text(*read->uplink));
    if (read->network == waybill::NetworkMode::interface ||
        waybill::parse_user_configuration(fmt::format(R"({{"version":1,"run":{{{}}}}})", run)) != *read)
        std::abort();
    return 0;
}
