#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <span>

#include "base/cursor.h"
#include "base/json_document.h"

namespace {

using Json = nlohmann::json;
using waybill::JsonDocument;

/// Whether the values from `at` on are this one; `at` goes behind it.
bool is_same(const JsonDocument& document, std::size_t& at, const Json& other)
{
    const auto& value = document.values()[at++];
    switch (value.kind) {
        case JsonDocument::Kind::null:
            return other.is_null();
        case JsonDocument::Kind::boolean:
            return other.is_boolean();
        case JsonDocument::Kind::number:
            return other.is_number() && Json::parse(value.text) == other;
        case JsonDocument::Kind::text:
            return other.is_string() && other.get_ref<const std::string&>() == value.text;
        case JsonDocument::Kind::array:
            for (const Json& element : other)
                if (at >= value.next || !is_same(document, at, element))
                    return false;
            return other.is_array() && at == value.next;
        case JsonDocument::Kind::object:
            break;
    }
    std::size_t fields = 0;
    for (; at < value.next; ++fields) {  // at most 16 levels deep
        const auto field = other.find(document.values()[at++].text);
        if (field == other.end() || !is_same(document, at, *field))
            return false;
    }
    return other.is_object() && fields == other.size();
}

}  // namespace

// What is read is what another library reads; what is refused as no JSON it refuses too.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = waybill::as_text(std::as_bytes(std::span{data, size}));
    const auto document = JsonDocument::parse(text);
    if (text.contains('\0')) {  // where the other library takes the text to end
        if (document)
            std::abort();
        return 0;
    }
    const bool is_json = document || !document.error().what.starts_with("it is not JSON");
    Json other;
    try {
        other = Json::parse(text);
    } catch (const Json::parse_error&) {
        if (document)
            std::abort();
        return 0;
    } catch (const Json::exception&) {
        return 0;  // a number that no double holds: that library's own limit
    }
    std::size_t at = 0;
    if (!is_json || (document && !is_same(*document, at, other)))
        std::abort();
    return 0;
}
