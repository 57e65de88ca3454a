#include "wire/socks.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace waybill::socks {
namespace {

using enum ParseError::Kind;

// RFC 1928, 5
constexpr std::uint8_t address_type_ipv4 = 1;
constexpr std::uint8_t address_type_name = 3;
constexpr std::uint8_t address_type_ipv6 = 4;

constexpr std::uint8_t credentials_version = 1;  // RFC 1929, 2
constexpr std::uint8_t socks4_granted = 90;
constexpr std::uint8_t socks4_last_refusal = 93;
constexpr std::uint8_t socks5_last_reply = 8;  // RFC 1928, 6

/// Text up to a zero octet, as SOCKS 4 ends its strings.
std::expected<std::string_view, ParseError> read_string(Cursor& in, std::size_t bound)
{
    const std::string_view text = as_text(in.rest());
    const auto end = text.find('\0');
    if (std::min(end, text.size()) > bound)
        return std::unexpected(in.error(too_long));
    if (end == std::string_view::npos) {
        in.fail();
        return std::unexpected(in.error(truncated));
    }
    in.skip(end + 1);
    return text.substr(0, end);
}

std::optional<Command> command_of(std::uint8_t number, Command last)
{
    if (number < static_cast<std::uint8_t>(Command::connect) || number > static_cast<std::uint8_t>(last))
        return std::nullopt;
    return static_cast<Command>(number);
}

/// SOCKS 4a: 0.0.0.x, x not 0, says that a name follows.
bool announces_name(Bytes address)
{
    const auto zeros = address.first(3);
    return std::ranges::all_of(zeros, [](std::byte octet) { return octet == std::byte{0}; }) &&
           address[3] != std::byte{0};
}

std::expected<Request, ParseError> parse_request4(Cursor in)
{
    Request request;
    request.version = in.u8();
    const auto command = command_of(in.u8(), Command::bind);
    if (!in.failed() && !command)
        return std::unexpected(ParseError{bad_value, 1});
    request.port = in.u16();
    const Bytes address = in.bytes(4);
    if (in.failed())
        return std::unexpected(in.error(truncated));
    request.command = *command;
    if (const auto user = read_string(in, max_user_octets); !user)
        return std::unexpected(user.error());
    request.host = IpAddress::from_octets(address);
    if (announces_name(address)) {
        const auto name = read_string(in, max_host_octets);
        if (!name)
            return std::unexpected(name.error());
        if (name->empty())
            return std::unexpected(in.error(bad_value));
        request.host = *name;
    }
    request.octets = in.offset();
    return request;
}

/// An address and port of RFC 1928, 5; nothing when there is no such address type.
std::optional<std::variant<IpAddress, std::string_view>> read_address(Cursor& in)
{
    const std::uint8_t type = in.u8();
    if (type == address_type_ipv4)
        return IpAddress::from_octets(in.bytes(4));
    if (type == address_type_ipv6)
        return IpAddress::from_octets(in.bytes(16));
    if (type == address_type_name)
        return as_text(in.bytes(in.u8()));
    if (in.failed())
        return IpAddress{};
    return std::nullopt;
}

std::expected<Request, ParseError> parse_request5(Cursor in)
{
    Request request;
    request.version = in.u8();
    const auto command = command_of(in.u8(), Command::udp_associate);
    if (!in.failed() && !command)
        return std::unexpected(ParseError{bad_value, 1});
    if (in.u8() != 0)
        return std::unexpected(ParseError{bad_value, 2});
    const auto host = read_address(in);
    if (!host)
        return std::unexpected(ParseError{bad_value, 3});
    request.port = in.u16();
    if (in.failed())
        return std::unexpected(in.error(truncated));
    request.command = *command;
    request.host = *host;
    const auto* const name = std::get_if<std::string_view>(&request.host);
    if (name != nullptr && name->empty())
        return std::unexpected(ParseError{bad_value, 4});
    request.octets = in.offset();
    return request;
}

}  // namespace

std::expected<Request, ParseError> parse_request(Bytes octets)
{
    if (octets.empty())
        return std::unexpected(ParseError{truncated, 0});
    const Cursor in{octets};
    if (octets.front() == std::byte{version4})
        return parse_request4(in);
    if (octets.front() == std::byte{version5})
        return parse_request5(in);
    return std::unexpected(ParseError{bad_value, 0});
}

std::string host_text(const Request& request)
{
    if (const auto* const address = std::get_if<IpAddress>(&request.host))
        return address->text();
    return std::string{std::get<std::string_view>(request.host)};
}

std::string target(const Request& request)
{
    const auto* const address = std::get_if<IpAddress>(&request.host);
    if (address != nullptr && address->is_v6())
        return fmt::format("[{}]:{}", address->text(), request.port);
    return fmt::format("{}:{}", host_text(request), request.port);
}

std::expected<std::size_t, ParseError> measure_greeting(Bytes octets)
{
    Cursor in{octets};
    const std::uint8_t version = in.u8();
    if (!in.failed() && version != version5)
        return std::unexpected(ParseError{bad_value, 0});
    const std::uint8_t count = in.u8();
    if (!in.failed() && count == 0)
        return std::unexpected(ParseError{bad_value, 1});
    in.skip(count);
    if (in.failed())
        return std::unexpected(in.error(truncated));
    return in.offset();
}

bool offers(Bytes greeting, Method method)
{
    return std::ranges::find(greeting.subspan(std::min<std::size_t>(greeting.size(), 2)),
                             static_cast<std::byte>(method)) != greeting.end();
}

std::expected<std::size_t, ParseError> measure_credentials(Bytes octets)
{
    Cursor in{octets};
    const std::uint8_t version = in.u8();
    if (!in.failed() && version != credentials_version)
        return std::unexpected(ParseError{bad_value, 0});
    in.skip(in.u8());
    in.skip(in.u8());
    if (in.failed())
        return std::unexpected(in.error(truncated));
    return in.offset();
}

std::expected<Reply, ParseError> parse_reply(Bytes octets, std::uint8_t version)
{
    Cursor in{octets};
    const std::uint8_t first = in.u8();
    const std::uint8_t code = in.u8();
    if (version == version4) {
        if (octets.size() >= 2 && (first != 0 || code < socks4_granted || code > socks4_last_refusal))
            return std::unexpected(ParseError{bad_value, 0});
        in.skip(6);
    } else {
        if (octets.size() >= 2 && (first != version5 || code > socks5_last_reply))
            return std::unexpected(ParseError{bad_value, 0});
        in.skip(1);
        if (!read_address(in))
            return std::unexpected(ParseError{bad_value, 3});
        in.skip(2);
    }
    if (in.failed())
        return std::unexpected(in.error(truncated));
    return Reply{version == version4 ? code == socks4_granted : code == 0, in.offset()};
}

}  // namespace waybill::socks
