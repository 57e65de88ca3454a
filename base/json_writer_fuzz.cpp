#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/cursor.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "base/utf8.h"

/// A line of any text is JSON with nothing hidden in it, and UTF-8 and numbers read back as they were.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto octets = std::as_bytes(std::span{data, size});
    const std::string_view text = waybill::as_text(octets);
    const std::uint64_t number = waybill::Cursor{octets}.u64();
    bool is_utf8 = true;
    for (std::string_view rest = text; is_utf8 && !rest.empty(); rest.remove_prefix(waybill::utf8_sequence(rest)))
        is_utf8 = waybill::utf8_sequence(rest) > 0;
    waybill::TextBuffer out;
    waybill::JsonWriter json{out};
    json.begin_line();
    json.text("text", text);
    json.number("number", number);
    json.begin_array("octets");
    json.octets(text);
    json.end_array();
    json.end_line();
    const std::string_view line = out.text().substr(0, out.size() - 1);  // without its line feed
    const auto read = nlohmann::json::parse(line);
    if (waybill::json_without_hidden(line) != line || line.contains("##"))
        std::abort();  // something hidden stands in it, or what the log of a job would take for a command
    if (is_utf8 && read.at("text").get_ref<const std::string&>() != text)
        std::abort();  // it reads back as another text
    if (read.at("number") != number)
        std::abort();
    return 0;
}
