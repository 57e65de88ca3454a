#include "logs/json_members.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace waybill::logs {
namespace {

using Json = nlohmann::json;

/// An object of which the members are still to be looked at.
struct Open {
    std::string path;  ///< with a dot behind it; empty at the top
    const Json* object;
    std::size_t depth;
};

void add_members(const Open& open, std::vector<Open>& waiting, Leaves& leaves)
{
    for (const auto& [name, value] : open.object->items()) {
        const bool is_object = value.is_object() && open.depth < Leaves::max_depth;
        if (!is_object && !value.is_string() && !value.is_number() && !value.is_boolean())
            continue;
        if (open.path.size() + name.size() > Leaves::max_path_octets)
            continue;
        if (leaves.names.size() + waiting.size() >= Leaves::max_leaves) {
            leaves.more = true;
            return;
        }
        if (is_object) {
            waiting.push_back({open.path + name + ".", &value, open.depth + 1});
        } else {
            leaves.names.push_back(open.path + name);
            leaves.values.push_back(text_of(value));
        }
    }
}

}  // namespace

const Json* find_member(const Json& json, std::string_view path)
{
    const Json* at = &json;
    std::size_t dot = 0;
    while (at->is_object()) {  // every turn takes a part of the path, or is the last
        if (const auto whole = at->find(path); whole != at->end())
            return &*whole;
        for (dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1))
            if (at->contains(path.substr(0, dot)))
                break;
        if (dot == std::string_view::npos)
            return nullptr;
        at = &*at->find(path.substr(0, dot));
        path.remove_prefix(dot + 1);
    }
    return nullptr;
}

std::string text_of(const Json& value)
{
    if (value.is_string())
        return value.get<std::string>();
    return value.is_number() || value.is_boolean() ? value.dump() : std::string{};
}

std::string text_at(const Json& json, std::string_view path)
{
    const Json* const member = find_member(json, path);
    return member == nullptr ? std::string{} : text_of(*member);
}

Leaves leaves_of(const Json& json)
{
    Leaves leaves;
    if (!json.is_object())
        return leaves;
    std::vector<Open> waiting{{{}, &json, 1}};
    while (!waiting.empty()) {  // each object once, to the bound of depth
        const Open open = std::move(waiting.back());
        waiting.pop_back();
        add_members(open, waiting, leaves);
    }
    return leaves;
}

}  // namespace waybill::logs
