#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "rules/pack_words.h"
#include "rules/policy/learn.h"

namespace waybill::rules {
namespace {

using Json = nlohmann::ordered_json;

template <class Value, class Word>
void add_list(Json& json, const char* name, const std::vector<Value>& values, const Word& word)
{
    if (values.empty())
        return;
    Json list = Json::array();
    for (const Value& value : values)
        list.push_back(word(value));
    json[name] = std::move(list);
}

/// Ports as the reader takes them: a number, or a range as text.
Json port_of(const PortRange& range)
{
    return range.first == range.last ? Json(number(range.first)) : Json(range.text());
}

void add_selector(Json& json, const ContactSelector& selector)
{
    std::vector<std::string> hosts;
    std::vector<std::string> domains;
    for (const HostPattern& pattern : selector.hosts)
        (pattern.level() == Specificity::Level::registrable_domain ? domains : hosts).push_back(pattern.text());
    const auto as_it_is = [](const std::string& text) { return text; };
    const auto as_word = [](auto value) { return std::string{text(value)}; };
    add_list(json, "hosts", hosts, as_it_is);
    add_list(json, "domains", domains, as_it_is);
    add_list(json, "addresses", selector.addresses, [](const AddressRange& range) { return rules::text(range); });
    add_list(json, "ports", selector.ports, port_of);
    add_list(json, "transports", selector.transports, as_word);
    add_list(json, "vendors", selector.vendors, as_it_is);
    add_list(json, "purposes", selector.purposes, as_word);
    add_list(json, "protocols", selector.protocols, as_word);
    add_list(json, "processes", selector.processes, as_it_is);
    add_list(json, "packages", selector.packages, as_it_is);
    add_list(json, "products", selector.products, as_it_is);
    add_list(json, "grades", selector.grades, as_word);
    add_list(json, "phases", selector.phases, as_it_is);
}

void add_text(Json& json, const char* name, const std::string& text)
{
    if (!text.empty())
        json[name] = text;
}

Json entry_of(const PolicyEntry& entry)
{
    Json json{{"id", entry.id}, {"effect", text(entry.effect)}};
    add_selector(json, entry.selector);
    add_text(json, "reason", entry.reason);
    if (entry.expires)
        json["expires"] = rules::text(*entry.expires);
    if (entry.seen) {
        constexpr double thousand = 1'000;
        const double share =
            entry.seen->of == 0 ? 0 : static_cast<double>(entry.seen->runs) / static_cast<double>(entry.seen->of);
        json["seen"] = {{"runs", entry.seen->runs},
                        {"of", entry.seen->of},
                        {"flows", entry.seen->flows},
                        {"stability", std::round(share * thousand) / thousand}};
    }
    add_text(json, "note", entry.note);
    return json;
}

Json limit_of(const PolicyLimit& limit)
{
    Json json{{"id", limit.id}, {"measure", text(limit.measure)}};
    json["most"] =
        limit.measure == Measure::unattributed_share ? Json(limit.most) : Json(static_cast<std::uint64_t>(limit.most));
    add_selector(json, limit.selector);
    add_text(json, "reason", limit.reason);
    add_text(json, "note", limit.note);
    return json;
}

std::string dump(const Json& json, int indent)
{
    return json_without_hidden(json.dump(indent, ' ', false, Json::error_handler_t::replace));
}

}  // namespace

std::string policy_to_json(const Policy& policy, std::span<const PolicySuggestion> suggestions)
{
    Json json{{"format", "waybill-policy/1"}, {"id", policy.id}, {"title", policy.title}};
    json["version"] = rules::text(policy.version);
    add_text(json, "note", policy.note);
    json["default"] = text(policy.otherwise);
    if (policy.mixed_purposes != Effect::review)
        json["mixed_purposes"] = text(policy.mixed_purposes);
    json["entries"] = Json::array();
    for (const PolicyEntry& entry : policy.entries)
        json["entries"].push_back(entry_of(entry));
    if (!policy.limits.empty()) {
        json["limits"] = Json::array();
        for (const PolicyLimit& limit : policy.limits)
            json["limits"].push_back(limit_of(limit));
    }
    if (!suggestions.empty()) {
        json["suggestions"] = Json::array();
        for (const PolicySuggestion& suggestion : suggestions) {
            const bool is_domain = !suggestion.domains.empty();
            Json entry{{"instead_of", suggestion.instead_of}};
            entry[is_domain ? "domains" : "hosts"] = is_domain ? suggestion.domains : suggestion.hosts;
            entry["because"] = suggestion.because;
            json["suggestions"].push_back(std::move(entry));
        }
    }
    return dump(json, 2) + "\n";
}

std::string entry_to_json(const PolicyEntry& entry)
{
    return dump(entry_of(entry), -1);
}

}  // namespace waybill::rules
