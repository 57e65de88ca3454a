#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "base/cursor.h"
#include "base/utf8.h"
#include "logs/text_decoder.h"

namespace {

std::string decoded(std::string_view octets, std::size_t piece)
{
    waybill::logs::TextDecoder decoder;
    std::string text;
    for (std::size_t at = 0; at < octets.size(); at += piece)
        decoder.decode(octets.substr(at, piece), text);
    decoder.finish(text);
    return text;
}

}  // namespace

// However octets come, the text is the same; of UTF-16 it is UTF-8.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto octets = waybill::as_text(std::as_bytes(std::span{data, size}));
    const std::string text = decoded(octets, size + 1);
    if (decoded(octets, 1) != text || decoded(octets, 3) != text)
        std::abort();
    if (!octets.starts_with("\xff\xfe") && !octets.starts_with("\xfe\xff"))
        return 0;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t sequence = waybill::utf8_sequence(rest);
        if (sequence == 0)
            std::abort();
        rest.remove_prefix(sequence);
    }
    return 0;
}
