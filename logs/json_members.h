#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::logs {

/// The member at a path with dots, which may also stand in the names themselves ("id.resp_h"); nullptr when there is
/// none. Borrowed from `json`.
const nlohmann::json* find_member(const nlohmann::json& json, std::string_view path);

/// A text as it is, a number or a truth value as JSON writes it; empty for what is none of these.
std::string text_of(const nlohmann::json& value);

/// The same of the member at a path; empty when there is none.
std::string text_at(const nlohmann::json& json, std::string_view path);

/// The members of an object and of the objects in it that are texts, numbers or truth values, with their paths. Memory
/// is bounded by these, whatever the object holds.
struct Leaves {
    static constexpr std::size_t max_leaves = 512;       ///< several times what any export has
    static constexpr std::size_t max_depth = 4;          ///< of the Elastic Common Schema's deepest endpoint
    static constexpr std::size_t max_path_octets = 256;  ///< several times any path that is known: longer ones are left

    std::vector<std::string> names;
    std::vector<std::string> values;
    bool more = false;  ///< there are more of them
};
Leaves leaves_of(const nlohmann::json& json);

}  // namespace waybill::logs
