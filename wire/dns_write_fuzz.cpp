#include <cstdint>
#include <cstdlib>

#include "wire/dns_write.h"

/// What answers a query is a sound response with its id, small enough for plain UDP; responses are not answered.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    const dns::AnswerPolicy policy{.addresses_of = [](std::string_view name) -> std::optional<dns::NameAddresses> {
        if (name.size() % 2 == 0)
            return std::nullopt;
        return dns::NameAddresses{.v4 = IpAddress::parse("198.18.0.1"), .v6 = IpAddress::parse("2001:2::1")};
    }};
    const auto query = std::as_bytes(std::span{data, size});
    const auto response = dns::answer_query(query, policy);
    if (!response)
        return 0;
    dns::Message message;
    if (response->size() > 512 || !dns::parse_message(*response, message) || !message.header.response ||
        message.trailing_octets != 0 || message.answers().size() > 1 || (*response)[0] != query[0])
        std::abort();
    if (dns::answer_query(*response, policy))
        std::abort();
    return 0;
}
