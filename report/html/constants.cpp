#include "report/html/constants.h"

#include <span>

#include "base/cursor.h"

namespace waybill {

extern const std::span<const unsigned char> html_style;   // made by cmake/embed.cmake
extern const std::span<const unsigned char> html_script;  // likewise

namespace html {

std::string_view page_style()
{
    return as_text(std::as_bytes(html_style));
}

std::string_view page_script()
{
    return as_text(std::as_bytes(html_script));
}

}  // namespace html
}  // namespace waybill
