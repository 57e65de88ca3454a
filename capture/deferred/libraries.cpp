#include "capture/deferred/libraries.h"

namespace waybill {

std::expected<void, std::string> load_sinkhole_libraries()
{
    for (DeferredLibrary* const library : {&libpcap(), &libnl(), &libnftables()})
        if (auto loaded = library->load(); !loaded)
            return loaded;
    return {};
}

}  // namespace waybill
