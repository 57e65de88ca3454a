#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/cursor.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "base/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = waybill::as_text(std::as_bytes(std::span{data, size}));
    bool is_utf8 = true;
    for (std::string_view rest = text; is_utf8 && !rest.empty(); rest.remove_prefix(waybill::utf8_sequence(rest)))
        is_utf8 = waybill::utf8_sequence(rest) > 0;
    std::string line;
    waybill::JsonWriter json{line};
    json.begin_object();
    json.text("text", text);
    json.end_object();
    const auto read = nlohmann::json::parse(line);
    if (waybill::json_without_hidden(line) != line || waybill::printable(line) != line)
        std::abort();  // something hidden stands in it
    if (is_utf8 && read.at("text").get_ref<const std::string&>() != text)
        std::abort();  // it reads back as another text
    return 0;
}
