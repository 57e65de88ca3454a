#include "wire/dns_write.h"

#include <algorithm>
#include <string>

#include "base/ascii.h"
#include "wire/dns_name.h"

namespace waybill::dns {
namespace {

// IANA: DNS RCODEs.
constexpr std::uint16_t no_error = 0;
constexpr std::uint16_t format_error = 1;
constexpr std::uint16_t name_error = 3;
constexpr std::uint16_t not_implemented = 4;
constexpr std::uint16_t refused = 5;
constexpr std::uint16_t bad_version = 16;  // RFC 6891, 9

// RFC 1035, 4.1.1 and RFC 6895, 2: bits of the header's second 16.
constexpr std::uint16_t flag_response = 0x8000;
constexpr std::uint16_t flag_recursion_available = 0x0080;
constexpr std::uint16_t copied_flags = 0x7910;  // opcode, RD and CD

constexpr std::uint16_t udp_payload_octets = 1232;   // what we take: fits IPv6's smallest MTU of 1280
constexpr std::uint32_t dnssec_ok = 0x8000;          // RFC 3225, 3, in OPT's TTL
constexpr std::chrono::seconds max_ttl{0x7fffffff};  // RFC 2181, 8
constexpr std::uint16_t question_pointer = 0xc00c;   // RFC 1035, 4.1.4: to the name behind the header

/// What the response will say, in the order in which it is decided.
struct Reply {
    std::uint16_t rcode = no_error;
    std::optional<IpAddress> address;
};

Reply without_address(std::uint16_t rcode)
{
    return {.rcode = rcode, .address = std::nullopt};
}

void put_u16(std::vector<std::byte>& out, std::uint16_t value)
{
    out.push_back(static_cast<std::byte>(value >> 8U));
    out.push_back(static_cast<std::byte>(value & 0xffU));
}

void put_u32(std::vector<std::byte>& out, std::uint32_t value)
{
    put_u16(out, static_cast<std::uint16_t>(value >> 16U));
    put_u16(out, static_cast<std::uint16_t>(value & 0xffffU));
}

/// The query's OPT record, if it has one; several are a format error (RFC 6891, 6.1.1).
const Record* find_opt(const Message& query)
{
    const auto additional = query.additional();
    const auto found = std::ranges::find(additional, Type::opt, &Record::type);
    return found == additional.end() ? nullptr : &*found;
}

bool is_sound(const Message& query)
{
    return query.damage == Damage::none && query.questions.size() == 1 &&
           std::ranges::count(query.additional(), Type::opt, &Record::type) <= 1;
}

std::optional<std::string> asked_name(const Message& query)
{
    Name name;
    const auto taken = read_name(query.octets, query.questions.front().name, name);
    if (!taken || *taken != name.wire().size())
        return std::nullopt;  // a pointer can only lead into the header
    std::string text = name.presentation();
    std::ranges::transform(text, text.begin(), to_lower);
    return text;
}

Reply resolve(const Question& question, std::string_view name, const AnswerPolicy& policy)
{
    if (question.type == Type::axfr || question.type == Type::ixfr || question.qclass != class_internet)
        return without_address(refused);
    if (question.type == Type::ptr)
        return without_address(name_error);
    const auto addresses = policy.addresses_of(name);
    if (!addresses)
        return without_address(name_error);
    if (question.type == Type::a && addresses->v4 && addresses->v4->is_v4())
        return {.rcode = no_error, .address = addresses->v4};
    if (question.type == Type::aaaa && addresses->v6 && addresses->v6->is_v6())
        return {.rcode = no_error, .address = addresses->v6};
    return without_address(no_error);
}

Reply decide(const Message& query, const AnswerPolicy& policy)
{
    if (query.header.opcode != Opcode::query)
        return without_address(not_implemented);
    if (!is_sound(query))
        return without_address(format_error);
    const auto name = asked_name(query);
    if (!name)
        return without_address(format_error);
    const Record* opt = find_opt(query);
    if (opt != nullptr && (opt->ttl >> 16U & 0xffU) != 0)
        return without_address(bad_version);
    return resolve(query.questions.front(), *name, policy);
}

void put_address(std::vector<std::byte>& out, const IpAddress& address, std::chrono::seconds ttl)
{
    put_u16(out, question_pointer);
    put_u16(out, static_cast<std::uint16_t>(address.is_v4() ? Type::a : Type::aaaa));
    put_u16(out, class_internet);
    put_u32(out, static_cast<std::uint32_t>(std::clamp(ttl, std::chrono::seconds{0}, max_ttl).count()));
    const Bytes octets = address.octets();
    put_u16(out, static_cast<std::uint16_t>(octets.size()));
    out.insert(out.end(), octets.begin(), octets.end());
}

void put_opt(std::vector<std::byte>& out, const Record& asked, std::uint16_t rcode)
{
    out.push_back(std::byte{0});  // the root
    put_u16(out, static_cast<std::uint16_t>(Type::opt));
    put_u16(out, udp_payload_octets);
    put_u32(out, static_cast<std::uint32_t>(rcode >> 4U) << 24U | (asked.ttl & dnssec_ok));
    put_u16(out, 0);
}

}  // namespace

std::optional<std::vector<std::byte>> answer_query(Bytes query, const AnswerPolicy& policy)
{
    Message message;
    const auto read = parse_message(query, message);
    if (!message.has_header() || message.header.response)
        return std::nullopt;
    const Reply reply = decide(message, policy);
    const bool echoes = read && reply.rcode != format_error && message.header.opcode == Opcode::query;
    const Record* opt = echoes ? find_opt(message) : nullptr;

    Cursor header{message.octets};
    std::vector<std::byte> out;
    put_u16(out, header.u16());
    const std::uint16_t copied = header.u16() & copied_flags;
    put_u16(out, static_cast<std::uint16_t>(flag_response | flag_recursion_available | copied | (reply.rcode & 0x0fU)));
    put_u16(out, echoes ? 1 : 0);
    put_u16(out, reply.address ? 1 : 0);
    put_u16(out, 0);
    put_u16(out, opt != nullptr ? 1 : 0);
    if (echoes) {
        const Bytes question = message.octets.subspan(header_octets);
        const std::size_t name_octets = skip_name(message.octets, header_octets).value_or(0);
        const Bytes echoed = question.first(name_octets + 4);  // QTYPE and QCLASS, RFC 1035, 4.1.2
        out.insert(out.end(), echoed.begin(), echoed.end());
    }
    if (reply.address)
        put_address(out, *reply.address, policy.ttl);
    if (opt != nullptr)
        put_opt(out, *opt, reply.rcode);
    return out;
}

}  // namespace waybill::dns
