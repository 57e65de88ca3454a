#pragma once

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <vector>

#include "base/json_object.h"
#include "model/purpose.h"
#include "rules/pack_words.h"
#include "rules/source.h"
#include "rules/switch.h"

namespace waybill::rules {

// Fields that rules, switches and policies share. Each reads one field and says through the object what is wrong.

/// Whether text is of a-z, 0-9, '-' and '.'.
bool is_id(std::string_view text);

/// Whether it is an id, a slash and an id.
bool is_named_id(std::string_view text);

/// Whether it is the pack's id, a slash and an id.
bool is_id_of(std::string_view text, std::string_view pack);

Date date(JsonObject& in, std::string_view name);

void check_url(JsonObject& in, std::string_view name, std::string_view url);

/// A required list of at least one purpose.
std::vector<Purpose> purposes(JsonObject& in, std::string_view name);

/// The required list `sources`, of at least one.
std::vector<Source> sources(JsonObject& in, std::optional<FieldError>& error);

/// A documented switch of the pack of that id.
Switch read_switch(JsonValue value, const JsonPlace& place, std::string_view pack, std::optional<FieldError>& error);

/// A required word of an enumeration.
template <class Value>
Value word(JsonObject& in, std::string_view name, const Words<Value>& words)
{
    const auto value = words.find(in.text(name));
    if (!value)
        in.fail(name, fmt::format("it must be one of {}", words.list()));
    return value.value_or(Value{});
}

}  // namespace waybill::rules
