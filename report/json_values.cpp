#include "report/json_values.h"

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace waybill {

using Json = nlohmann::ordered_json;

Json text_or_null(std::string_view text)
{
    return text.empty() ? Json(nullptr) : Json(text);
}

Json time_or_null(const std::optional<Timestamp>& time)
{
    return time ? Json(to_rfc3339(*time)) : Json(nullptr);
}

Json purposes_of(const std::vector<Purpose>& purposes)
{
    Json list = Json::array();
    for (const Purpose purpose : purposes)
        list.push_back(text(purpose));
    return list;
}

std::string document_text(const Json& document)
{
    return json_without_hidden(document.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

}  // namespace waybill
