#pragma once

#include <expected>
#include <string>

namespace waybill {

/// A shared library that is loaded when the first of its functions is called, not when the program starts.
///
/// Loading and relocating the libraries of a sinkhole cost more than analysing a small capture, and every command paid.
/// The functions are defined once more under their own names (as in capture/deferred/), each calling the library's:
/// callers, and the compiler's check of what they pass, stay as they are.
class DeferredLibrary {
public:
    /// `file` is the library's name for the loader, such as libpcap.so.0.8; it must outlive this object.
    explicit DeferredLibrary(const char* file) : file_{file} {}

    /// Loads it now. The error is what the loader says. It stays loaded until the program ends.
    std::expected<void, std::string> load();

    /// Calls the library's function of that name, whose type is that of `declared`. Throws std::runtime_error where
    /// the library or the function is not there: linked in, it would have kept the program from starting.
    template <auto declared, class... Arguments>
    auto call(const char* name, Arguments... arguments)
    {
        // The loader gives all addresses as void*, and the declaration is the library's own.
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
        static const auto function = reinterpret_cast<decltype(declared)>(find(name));
        return function(arguments...);
    }

private:
    void* find(const char* name);

    const char* file_;
    void* handle_ = nullptr;
};

}  // namespace waybill
