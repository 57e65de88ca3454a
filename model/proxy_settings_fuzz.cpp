#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/cursor.h"
#include "model/proxy_settings.h"

/// Whatever a variable holds, nothing before an "@" gets into what is kept of it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string value{waybill::as_text(std::as_bytes(std::span{data, size}))};
    const auto settings =
        waybill::read_proxy_settings(std::vector<std::string>{"HTTPS_PROXY=" + value, "NO_PROXY=" + value});
    for (const waybill::ProxyVariable& variable : settings.variables)
        if (variable.host.find_first_of("@/ ?#") != std::string::npos)
            std::abort();
    for (const std::string& exception : settings.exceptions) {
        if (exception.contains('@'))
            std::abort();
        waybill::excepts_host(settings, exception);
    }
    return 0;
}
