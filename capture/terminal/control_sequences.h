#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace waybill {

/// Divides what a program writes to its terminal into text and control functions (ECMA-48, 5), in pieces of any size.
///
/// Control strings (titles, hyperlinks, the clipboard; ECMA-48, 5.6) are passed over. A sequence that is longer than
/// any known one is passed over too, up to its end.
class ControlSequences {
public:
    struct Unit {
        enum class Kind : std::uint8_t {
            text,      ///< `octets`, without control characters; may end within a character of UTF-8
            control,   ///< one C0 character or DEL
            sequence,  ///< CSI: `octets` are its parameters and intermediates
            escape,    ///< ESC and `final`
        };
        Kind kind{};
        std::string_view octets;
        char final = 0;  ///< of a sequence or an escape; else the control character
    };
    using See = std::function<void(const Unit&)>;

    /// Shows each unit that ends in these octets; views live for the call.
    void read(std::string_view octets, const See& see);

private:
    enum class State : std::uint8_t {
        ground,
        escape,         // behind ESC
        intermediate,   // behind ESC and 02/00 to 02/15, before its final
        parameters,     // behind CSI
        string,         // behind OSC, DCS, SOS, PM or APC
        string_escape,  // behind ESC in one: ST, or another function
    };

    void read_control(char octet, const See& see);
    void read_escape(char octet, const See& see);
    void read_parameters(char octet, const See& see);
    void read_string(char octet);

    static constexpr std::size_t max_parameters = 64;

    State state_ = State::ground;
    std::string parameters_;
    bool is_too_long_ = false;
};

}  // namespace waybill
