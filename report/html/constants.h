#pragma once

#include <string_view>

namespace waybill::html {

/// report/html/style.css and script.js, as they stand in every page. Neither holds "</".
std::string_view page_style();
std::string_view page_script();

}  // namespace waybill::html
