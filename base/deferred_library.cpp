#include "base/deferred_library.h"

#include <dlfcn.h>

#include <stdexcept>

namespace waybill {

std::expected<void, std::string> DeferredLibrary::load()
{
    if (handle_ == nullptr)
        handle_ = ::dlopen(file_, RTLD_NOW | RTLD_LOCAL);
    if (handle_ == nullptr)
        return std::unexpected(std::string{::dlerror()});
    return {};
}

void* DeferredLibrary::find(const char* name)
{
    if (const auto loaded = load(); !loaded)
        throw std::runtime_error(loaded.error());
    void* const function = ::dlsym(handle_, name);
    if (function == nullptr)
        throw std::runtime_error(::dlerror());
    return function;
}

}  // namespace waybill
