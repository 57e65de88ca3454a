#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/cursor.h"
#include "model/proxy_settings.h"

namespace {

using waybill::ProxySettings;

ProxySettings settings_of(const std::string& value)
{
    return waybill::read_proxy_settings(std::vector<std::string>{"HTTPS_PROXY=" + value, "NO_PROXY=" + value});
}

}  // namespace

/// Whatever a variable holds, nothing before its last "@" gets into what is kept of it, and what is kept can be kept.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string value{waybill::as_text(std::as_bytes(std::span{data, size}))};
    const ProxySettings settings = settings_of(value);
    if (!waybill::is_well_formed(settings))
        std::abort();
    for (const std::string& exception : settings.exceptions) {
        if (exception.contains('@'))
            std::abort();
        waybill::excepts_host(settings, exception);
    }
    for (const waybill::ProxyVariable& variable : settings_of("http://" + value + "@proxy.example:8080").variables)
        if (!variable.host.empty() && variable.host != "proxy.example")
            std::abort();
    return 0;
}
