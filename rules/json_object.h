#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::rules {

/// What is wrong in a JSON file of ours (a rule pack, a policy), where, and what to do about it.
struct FieldError {
    std::string where;  ///< a path such as `rules[3].sources`; empty for the whole file
    std::string what;   ///< what is wrong and what to do, as one sentence without its full stop

    friend bool operator==(const FieldError&, const FieldError&) = default;
};

/// Parses JSON text (RFC 8259) more strictly than JSON asks: a name must not stand twice in an object, nesting stops
/// at 16 levels, and control characters and text-direction overrides are refused wherever they are hidden.
std::expected<nlohmann::json, FieldError> parse_json(std::string_view text);

/// Reads the fields of one JSON object and refuses those that nobody asked for. `note` is always allowed: it is the
/// comment.
///
/// The first error sticks, as with Cursor: later reads give empty values, and `finish()` tells it.
class JsonObject {
public:
    using Read = std::function<void(const nlohmann::json& element, const std::string& where)>;

    /// `value` is borrowed; `where` is its path; the error goes to `error`, which several objects share.
    JsonObject(const nlohmann::json& value, std::string where, std::optional<FieldError>& error);

    std::string text(std::string_view name);                          ///< required, not empty
    std::optional<std::string> optional_text(std::string_view name);  ///< not empty when it is there
    std::vector<std::string> texts(std::string_view name);            ///< required, but may be empty
    std::vector<std::string> optional_texts(std::string_view name);

    void each(std::string_view name, const Read& read);           ///< a required array
    void each_optional(std::string_view name, const Read& read);  ///< an array that may be absent
    void object(std::string_view name, const Read& read);         ///< a required object

    /// Says that the field `name` is wrong. An earlier error stays.
    void fail(std::string_view name, std::string what);
    bool failed() const { return error_.has_value(); }

    std::string path(std::string_view name) const;  ///< of a field of this object

    /// Refuses every field that was not read. To be called last.
    void finish();

private:
    const nlohmann::json* find(std::string_view name);

    const nlohmann::json& value_;
    std::string where_;
    std::optional<FieldError>& error_;
    std::set<std::string, std::less<>> known_{"note"};
};

}  // namespace waybill::rules
