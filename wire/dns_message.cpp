#include "wire/dns_message.h"

#include <algorithm>
#include <array>

#include "wire/dns_name.h"
#include "wire/dns_rdata.h"

namespace waybill::dns {
namespace {

// RFC 1035, 4.1.1, second 16 bits of the header.
constexpr std::uint16_t flag_response = 0x8000;
constexpr std::uint16_t flag_authoritative = 0x0400;
constexpr std::uint16_t flag_truncated = 0x0200;
constexpr std::uint16_t flag_recursion_desired = 0x0100;
constexpr std::uint16_t flag_recursion_available = 0x0080;
constexpr std::uint16_t flag_reserved = 0x0040;  // Z, RFC 6895, 2
constexpr std::uint16_t rcode_mask = 0x000f;

constexpr std::size_t max_message_octets = 65535;  // RFC 1035, 4.2.2: TCP's length field; UDP is below it

Header header_from(std::uint16_t id, std::uint16_t flags)
{
    return {.id = id,
            .rcode = static_cast<std::uint16_t>(flags & rcode_mask),
            .opcode = static_cast<Opcode>(flags >> 11U & 0x0fU),
            .response = (flags & flag_response) != 0,
            .authoritative = (flags & flag_authoritative) != 0,
            .truncated = (flags & flag_truncated) != 0,
            .recursion_desired = (flags & flag_recursion_desired) != 0,
            .recursion_available = (flags & flag_recursion_available) != 0};
}

/// Moves `in` behind the name at its place. Most answers point at the first question's name, which was checked already.
std::expected<void, ParseError> take_name(Bytes octets, bool first_name_checked, Cursor& in)
{
    constexpr std::array first_name_pointer{std::byte{0xc0}, std::byte{header_octets}};
    if (first_name_checked && in.remaining() >= 2 && std::ranges::equal(in.rest().first(2), first_name_pointer)) {
        in.skip(first_name_pointer.size());
        return {};
    }
    const auto taken = skip_name(octets, in.offset());
    if (!taken)
        return std::unexpected(taken.error());
    in.skip(*taken);
    return {};
}

std::expected<void, ParseError> take_questions(std::uint16_t count, Cursor& in, Message& message)
{
    for (std::uint16_t i = 0; i < count; ++i) {  // ends at the count or with the octets
        Question question{.name = static_cast<std::uint16_t>(in.offset())};
        if (auto name = take_name(message.octets, i != 0, in); !name)
            return name;
        question.type = static_cast<Type>(in.u16());
        question.qclass = in.u16();
        if (in.failed())
            return std::unexpected(in.error(ParseError::Kind::truncated));
        message.questions.push_back(question);
    }
    return {};
}

std::expected<void, ParseError> take_some_records(std::uint16_t count, Cursor& in, Message& message)
{
    const bool first_name_checked = !message.questions.empty();
    for (std::uint16_t i = 0; i < count; ++i) {  // ends at the count or with the octets
        Record record{.name = static_cast<std::uint16_t>(in.offset())};
        if (auto name = take_name(message.octets, first_name_checked, in); !name)
            return name;
        record.type = static_cast<Type>(in.u16());
        record.rclass = in.u16();
        record.ttl = in.u32();
        record.rdata_octets = in.u16();
        record.rdata = static_cast<std::uint16_t>(in.offset());
        in.skip(record.rdata_octets);
        if (in.failed())
            return std::unexpected(in.error(ParseError::Kind::truncated));
        message.records.push_back(record);
    }
    return {};
}

/// Most messages have some sections empty.
std::expected<void, ParseError> take_records(std::uint16_t count, Cursor& in, Message& message)
{
    if (count == 0)
        return {};
    return take_some_records(count, in, message);
}

void extend_rcode(Message& message)
{
    const auto additional = message.additional();
    const auto opt = std::ranges::find(additional, Type::opt, &Record::type);
    if (opt != additional.end())
        message.header.rcode |= static_cast<std::uint16_t>(opt->ttl >> 24U << 4U);  // RFC 6891, 6.1.3
}

std::expected<void, ParseError> read_sections(Message& message)
{
    Cursor in{message.octets};
    const std::uint16_t id = in.u16();
    const std::uint16_t flags = in.u16();
    const std::uint16_t question_count = in.u16();
    const std::uint16_t answer_count = in.u16();
    const std::uint16_t authority_count = in.u16();
    const std::uint16_t additional_count = in.u16();
    if (in.failed())
        return std::unexpected(in.error(ParseError::Kind::truncated));
    message.header = header_from(id, flags);
    if (auto questions = take_questions(question_count, in, message); !questions)
        return questions;
    auto answers = take_records(answer_count, in, message);
    message.answer_count = message.records.size();
    if (!answers)
        return answers;
    auto authority = take_records(authority_count, in, message);
    message.authority_count = message.records.size() - message.answer_count;
    if (!authority)
        return authority;
    auto additional = take_records(additional_count, in, message);
    extend_rcode(message);
    if (!additional)
        return additional;
    message.trailing_octets = in.remaining();
    return {};
}

bool registered_class(std::uint16_t number)
{
    constexpr std::array<std::uint16_t, 5> classes{1, 3, 4, 254, 255};  // IANA: DNS CLASSes
    return std::ranges::find(classes, number) != classes.end();
}

bool header_is_plausible(Bytes octets)
{
    Cursor in{octets};
    in.skip(2);
    const std::uint16_t flags = in.u16();
    const std::uint16_t questions = in.u16();
    const std::uint16_t answers = in.u16();
    const std::uint16_t authority = in.u16();
    in.skip(2);
    const Header header = header_from(0, flags);
    if (in.failed() || questions != 1 || (flags & flag_reserved) != 0)
        return false;
    if (header.opcode != Opcode::query && header.opcode != Opcode::notify && header.opcode != Opcode::update)
        return false;
    if (header.response)
        return true;
    const bool plain_query = header.opcode != Opcode::query || (answers == 0 && authority == 0);
    return plain_query && header.rcode == 0 && !header.recursion_available;
}

/// NetBIOS asks in DNS's form for 32 letters A to P that write 16 octets, with types that mean another thing to DNS
/// (RFC 1002, 4.1 and 4.2.1.2).
bool is_netbios(const Message& message)
{
    constexpr std::array netbios_types{static_cast<Type>(32), static_cast<Type>(33)};
    constexpr std::size_t netbios_label_octets = 32;
    const Question& question = message.questions.front();
    const Bytes name = message.octets.subspan(question.name);
    if (std::ranges::find(netbios_types, question.type) == netbios_types.end() ||
        name.front() != std::byte{netbios_label_octets})
        return false;
    return std::ranges::all_of(name.subspan(1, netbios_label_octets),
                               [](std::byte octet) { return octet >= std::byte{'A'} && octet <= std::byte{'P'}; });
}

}  // namespace

std::expected<void, ParseError> parse_message(Bytes octets, std::size_t wire_octets, Message& message)
{
    message.octets = octets.first(std::min(octets.size(), max_message_octets));
    message.header = {};
    message.questions.clear();
    message.records.clear();
    message.answer_count = 0;
    message.authority_count = 0;
    message.trailing_octets = 0;
    message.damage = Damage::none;
    message.error = {};
    auto read = read_sections(message);
    if (!read) {
        message.error = read.error();
        const bool ran_out = read.error().kind == ParseError::Kind::truncated;
        message.damage = ran_out && wire_octets > octets.size() ? Damage::cut : Damage::malformed;
    }
    return read;
}

std::expected<void, ParseError> parse_message(Bytes octets, Message& message)
{
    return parse_message(octets, octets.size(), message);
}

bool looks_like_dns(Bytes octets, Message& scratch)
{
    if (!header_is_plausible(octets) || !parse_message(octets, scratch) || scratch.trailing_octets != 0)
        return false;
    const Question& question = scratch.questions.front();
    return registered_class(question.class_number()) && !registered_type_text(question.type).empty() &&
           !is_netbios(scratch);
}

}  // namespace waybill::dns
