#include "wire/dns_ech_config.h"

#include <cstdint>

namespace waybill::dns {
namespace {

constexpr std::uint16_t ech_version = 0xfe0d;  // RFC 9849, 4

/// RFC 9849, 4: ECHConfigContents up to public_name.
std::string_view read_public_name(Cursor& contents)
{
    contents.skip(1 + 2);           // config_id, kem_id
    contents.skip(contents.u16());  // public_key
    contents.skip(contents.u16());  // cipher_suites
    contents.skip(1);               // maximum_name_length
    return as_text(contents.bytes(contents.u8()));
}

}  // namespace

std::expected<std::vector<std::string_view>, ParseError> parse_ech_public_names(Bytes list)
{
    using enum ParseError::Kind;
    std::vector<std::string_view> names;
    Cursor in{list};
    Cursor configs = in.sub(in.u16());
    while (!configs.at_end()) {
        const std::uint16_t version = configs.u16();
        Cursor contents = configs.sub(configs.u16());
        if (version != ech_version || contents.failed())
            continue;
        const std::string_view name = read_public_name(contents);
        if (contents.failed())
            return std::unexpected(contents.error(truncated));
        names.push_back(name);
    }
    if (configs.failed())
        return std::unexpected(configs.error(truncated));
    if (!in.at_end())
        return std::unexpected(in.error(bad_value));
    return names;
}

}  // namespace waybill::dns
