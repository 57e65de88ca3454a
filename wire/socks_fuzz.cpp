#include <cstdlib>
#include <span>

#include "wire/socks.h"

namespace {

/// A parser that took `octets` of `message` must call every shorter part of it truncated.
template <typename Parse>
void check_prefix(waybill::Bytes message, std::size_t octets, Parse&& parse)
{
    if (octets > message.size())
        std::abort();
    const auto prefix = parse(message.first(octets - 1));
    if (prefix || prefix.error().kind != waybill::ParseError::Kind::truncated)
        std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    const Bytes message = std::as_bytes(std::span{data, size});
    if (const auto request = socks::parse_request(message)) {
        check_prefix(message, request->octets, socks::parse_request);
        if (socks::target(*request).empty())
            std::abort();
    }
    if (const auto octets = socks::measure_greeting(message))
        check_prefix(message, *octets, socks::measure_greeting);
    if (const auto octets = socks::measure_credentials(message))
        check_prefix(message, *octets, socks::measure_credentials);
    for (const std::uint8_t version : {socks::version4, socks::version5})
        if (const auto reply = socks::parse_reply(message, version))
            check_prefix(message, reply->octets, [=](Bytes part) { return socks::parse_reply(part, version); });
    return 0;
}
