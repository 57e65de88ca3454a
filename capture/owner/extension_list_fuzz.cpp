#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "capture/owner/extension_host.h"

/// What is read of a list or a manifest has a name, within bounds, whatever it says.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = waybill::as_text(std::as_bytes(std::span{data, size}));
    if (const auto package = waybill::read_extension_manifest(text); package && package->name.size() > size)
        std::abort();
    const auto host = waybill::read_extension_list(text);
    if (!host)
        return 0;
    if (host->extensions.size() + host->unread > size)
        std::abort();
    for (const auto& extension : host->extensions)
        if (extension.name.empty() || extension.name.size() > 256)
            std::abort();
    return 0;
}
