#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "wire/dns_name.h"

/// A name that was read takes no more octets than there are, skips the same, equals itself and reads back from its
/// text, which is written the same where it needs no escape, in lower case too.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    const auto message = std::as_bytes(std::span{data, size});
    const std::size_t start = size / 2;
    dns::Name name;
    const auto taken = dns::read_name(message, start, name);
    if (dns::skip_name(message, start) != taken)
        std::abort();
    (void)dns::same_name(message, 0, start);  // on damage it has nothing to promise but an end
    std::array<char, dns::plain_name_room> room{};
    const std::size_t plain = dns::write_plain_name(message, start, room);
    if (plain > 0 && (!taken || name.presentation() != std::string_view{room.data(), plain}))
        std::abort();
    const std::size_t lower = dns::write_lower_name(message, start, room);
    dns::Name lower_name = name;
    lower_name.to_lower_case();
    if (lower != plain || (lower > 0 && lower_name.presentation() != std::string_view{room.data(), lower}))
        std::abort();
    if (!taken)
        return 0;
    const auto again = dns::Name::parse_presentation(name.presentation());
    if (*taken > size - start || name.wire().size() > dns::max_name_octets || !again || *again != name ||
        !dns::same_name(message, start, start))
        std::abort();
    return 0;
}
