#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_document.h"

namespace waybill {

/// Where a value stands, from the document's root: its text is put together for an error alone.
struct JsonPlace {
    const JsonPlace* parent = nullptr;   ///< borrowed; the root has none
    std::string_view name;               ///< of a field; empty in the root and in an element of a list
    std::optional<std::size_t> element;  ///< its number in a list

    std::string text() const;  ///< `rules[3].sources`
};

/// One value of a document, which is borrowed.
struct JsonValue {
    const JsonDocument* document = nullptr;
    std::uint32_t number = 0;  ///< in its values

    const JsonDocument::Value& operator*() const { return document->values()[number]; }
    const JsonDocument::Value* operator->() const { return &document->values()[number]; }
    bool is_text() const { return (*this)->kind == JsonDocument::Kind::text; }
};

/// Reads the fields of one JSON object and refuses those that nobody asked for. `note` is always allowed: it is the
/// comment.
///
/// The first error sticks, as with Cursor: later reads give empty values, and `finish()` tells it. Texts are borrowed
/// from the document.
class JsonObject {
public:
    using Read = std::function<void(JsonValue element, const JsonPlace& place)>;
    using Texts = std::vector<std::string_view>;

    /// `place` is borrowed; the error goes to `error`, which several objects share.
    JsonObject(JsonValue value, const JsonPlace& place, std::optional<FieldError>& error);

    std::string_view text(std::string_view name);                          ///< required, not empty
    std::optional<std::string_view> optional_text(std::string_view name);  ///< not empty when it is there
    Texts texts(std::string_view name);                                    ///< required, but may be empty
    Texts optional_texts(std::string_view name);

    void each(std::string_view name, const Read& read);           ///< a required array
    void each_optional(std::string_view name, const Read& read);  ///< an array that may be absent
    void object(std::string_view name, const Read& read);         ///< a required object
    void object_optional(std::string_view name, const Read& read);

    /// Shows every field, whatever it is; none is a comment here.
    void each_field(const std::function<void(std::string_view name, JsonValue value)>& see);

    /// Shows every field, all of which must be text that is not empty; none is a comment here.
    void each_text(const std::function<void(std::string_view name, std::string_view text)>& see);

    /// A value of any kind. Of an object or a list its `text` is the JSON as it is written.
    std::optional<JsonValue> optional_value(std::string_view name) { return find(name); }
    std::optional<bool> optional_boolean(std::string_view name);
    std::optional<std::uint64_t> optional_count(std::string_view name);  ///< a whole number from 0
    std::optional<double> optional_share(std::string_view name);         ///< from 0 to 1

    /// Says that the field `name` is wrong. An earlier error stays.
    void fail(std::string_view name, std::string what);
    bool failed() const { return error_.has_value(); }

    /// Refuses every field that was not read. To be called last.
    void finish();

private:
    struct Field {
        std::uint32_t name;  // its number in the document
        unsigned place;      // among the object's fields
    };

    std::optional<JsonValue> find(std::string_view name);
    std::optional<JsonValue> find_between(std::string_view name, Field from, std::uint32_t end);
    void require(std::string_view name, const std::optional<JsonValue>& value);
    void read_each(std::string_view name, JsonValue list, const Read& read);
    Texts read_texts(std::string_view name, std::optional<JsonValue> list);
    template <class Number>
    std::optional<Number> optional_number(std::string_view name, Number most, std::string_view wanted);
    std::uint32_t end() const { return value_->next; }
    Field first() const { return {value_.number + 1, 0}; }

    JsonValue value_;
    const JsonPlace& place_;
    std::optional<FieldError>& error_;
    Field next_;               // behind the field that was found last: they mostly stand in the order of asking
    std::uint64_t known_ = 0;  // a bit for each field that was asked for, by its place
};

/// Shows the elements of a list that stands at `place`; what is no list is the error.
void each_element(JsonValue list, const JsonPlace& place, std::optional<FieldError>& error,
                  const JsonObject::Read& read);

}  // namespace waybill
