#include <cstdlib>
#include <functional>
#include <span>

#include "base/cursor.h"
#include "wire/http1.h"

namespace {

bool lies_in(std::string_view part, std::string_view whole)
{
    return part.empty() || (std::less_equal<>{}(whole.data(), part.data()) && part.end() <= whole.end());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    const std::string_view text = as_text(std::as_bytes(std::span{data, size}));
    const std::size_t end = http1::find_head_end(text);
    const std::size_t later = http1::find_head_end(text, size / 2);
    if (end > size || later > size || (later != 0 && later < end))
        std::abort();  // it claims more octets than there were, or a later search ends earlier
    if (const auto head = http1::parse_request_head(text)) {
        if (!lies_in(head->line.method, text) || !lies_in(head->line.target, text) || !lies_in(head->fields, text))
            std::abort();
        if (http1::starts_like_request(text) == http1::Likeness::no && !head->line.version.empty())
            std::abort();  // what is read as a request was told to be none
    }
    if (const auto response = http1::parse_response_head(text, http1::RequestKind::other))
        if (response->status < 100 || !http1::starts_like_response(text.substr(0, 5)))
            std::abort();
    return 0;
}
