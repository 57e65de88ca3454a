#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/purpose.h"
#include "model/rating.h"
#include "model/time.h"

// Values that several documents have in the same form.

namespace waybill {

nlohmann::ordered_json text_or_null(std::string_view text);                 ///< null for no text
nlohmann::ordered_json time_or_null(const std::optional<Timestamp>& time);  ///< RFC 3339
nlohmann::ordered_json purposes_of(const std::vector<Purpose>& purposes);   ///< their words

nlohmann::ordered_json sources_of(const std::vector<RatingSource>& sources);
nlohmann::ordered_json rule_set_of(const RuleSet& rules);

/// The document as it is written to a file or a terminal: nothing in it is UTF-8 that is none, or steers a terminal.
std::string document_text(const nlohmann::ordered_json& document);

}  // namespace waybill
