#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "wire/ssh.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    const std::string_view text = as_text(std::as_bytes(std::span{data, size}));
    const auto found = ssh::parse_identification(text);
    if (!found)
        return 0;
    if (found->octets > size || found->text.size() >= ssh::max_identification_octets ||
        !found->text.starts_with("SSH-"))
        std::abort();
    for (std::size_t length = 0; length < found->octets; ++length) {
        const auto prefix = ssh::parse_identification(text.substr(0, length));
        if (prefix || prefix.error().kind != ParseError::Kind::truncated)
            std::abort();  // what will be read must never be refused on the way
    }
    return 0;
}
