#include "report/json_values.h"

#include <nlohmann/json.hpp>
#include <utility>

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

Json sources_of(const std::vector<RatingSource>& sources)
{
    Json list = Json::array();
    for (const RatingSource& source : sources)
        list.push_back({{"title", source.title},
                        {"url", source.url},
                        {"grade", source.grade},
                        {"read", source.read},
                        {"age_days", source.age_days},
                        {"read_via", text_or_null(source.read_via)},
                        {"paraphrase", source.paraphrase}});
    return list;
}

Json rule_set_of(const RuleSet& rules)
{
    Json packs = Json::array();
    for (const PackIdentity& pack : rules.packs)
        packs.push_back({{"id", pack.id},
                         {"version", pack.version},
                         {"sha256", pack.digest},
                         {"newest_source", pack.newest_source},
                         {"own", pack.is_own},
                         {"replaces", text_or_null(pack.replaces)}});
    return {{"packs", std::move(packs)}, {"public_suffix_list", rules.public_suffix_list}};
}

std::string document_text(const Json& document)
{
    return json_without_hidden(document.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

}  // namespace waybill
