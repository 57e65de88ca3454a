#include "wire/starttls.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace waybill::starttls {
namespace {

struct Opening {
    std::string_view text;  // in upper case, compared without regard to it
    Dialect dialect;
};

// RFC 5321, 3.1 and RFC 959, 5.4 share 220: recognise_server tells them by the greeting's text.
constexpr std::array<Opening, 2> server_openings{{
    {"* OK", Dialect::imap},
    {"+OK", Dialect::pop3},
}};

constexpr std::array<Opening, 12> client_openings{{
    {"EHLO ", Dialect::smtp},
    {"HELO ", Dialect::smtp},
    {"LHLO ", Dialect::smtp},
    {"AUTH TLS", Dialect::ftp},
    {"AUTH SSL", Dialect::ftp},
    {"STLS\r\n", Dialect::pop3},
    {"STARTTLS", Dialect::irc},
    {"CAP LS", Dialect::irc},
    {"CAP REQ", Dialect::irc},
    {"NICK ", Dialect::irc},
    {"<?XML", Dialect::xmpp},
    {"<STREAM:STREAM", Dialect::xmpp},
}};

constexpr std::string_view greeting_220 = "220";
constexpr std::string_view ldap_start_tls = "1.3.6.1.4.1.1466.20037";           // RFC 4511, 4.14.1
constexpr std::string_view xmpp_namespace = "urn:ietf:params:xml:ns:xmpp-tls";  // RFC 6120, 5.3.1
constexpr std::uint32_t postgresql_ssl_request = 80877103;
constexpr std::uint32_t postgresql_version3 = 196608;
constexpr std::size_t postgresql_ssl_request_octets = 8;
constexpr std::size_t max_postgresql_startup_octets = 10000;  // the server's own bound

/// A BER header of RFC 4511, 5.1: definite lengths only.
struct BerHeader {
    std::uint8_t tag = 0;
    std::size_t length = 0;
};

std::optional<BerHeader> read_ber(Cursor& in)
{
    constexpr std::uint8_t long_form = 0x80;
    BerHeader header;
    header.tag = in.u8();
    const std::uint8_t first = in.u8();
    if (first < long_form)
        header.length = first;
    else if (first == long_form + 1)
        header.length = in.u8();
    else if (first == long_form + 2)
        header.length = in.u16();
    else if (first == long_form + 4)
        header.length = in.u32();
    else
        in.fail();
    if (in.failed())
        return std::nullopt;
    return header;
}

/// The protocolOp of an LDAPMessage: its tag and contents (RFC 4511, 4.1.1).
struct LdapOperation {
    std::uint8_t tag = 0;
    Bytes contents;
};

std::optional<LdapOperation> read_ldap(Bytes message)
{
    constexpr std::uint8_t sequence = 0x30;
    constexpr std::uint8_t integer = 0x02;
    Cursor in{message};
    const auto envelope = read_ber(in);
    if (!envelope || envelope->tag != sequence)
        return std::nullopt;
    const auto id = read_ber(in);
    if (!id || id->tag != integer || id->length == 0 || id->length > 4)
        return std::nullopt;
    in.skip(id->length);
    const auto operation = read_ber(in);
    if (!operation)
        return std::nullopt;
    return LdapOperation{operation->tag, in.rest().first(std::min(operation->length, in.remaining()))};
}

bool asks_ldap(Bytes message)
{
    constexpr std::uint8_t extended_request = 0x77;  // [APPLICATION 23]
    constexpr std::uint8_t request_name = 0x80;      // [0]
    const auto operation = read_ldap(message);
    if (!operation || operation->tag != extended_request)
        return false;
    Cursor in{operation->contents};
    const auto name = read_ber(in);
    return name && name->tag == request_name && as_text(in.bytes(name->length)) == ldap_start_tls;
}

Answer answer_of_ldap(Bytes message)
{
    constexpr std::uint8_t extended_response = 0x78;  // [APPLICATION 24]
    constexpr std::uint8_t enumerated = 0x0a;
    const auto operation = read_ldap(message);
    if (!operation || operation->tag != extended_response)
        return Answer::other;
    Cursor in{operation->contents};
    const auto result = read_ber(in);
    if (!result || result->tag != enumerated || result->length != 1)
        return Answer::other;
    return in.u8() == 0 && !in.failed() ? Answer::accepted : Answer::refused;
}

bool is_postgresql_ssl_request(Bytes message)
{
    Cursor in{message};
    return in.u32() == postgresql_ssl_request_octets && in.u32() == postgresql_ssl_request;
}

Recognition recognise_binary_client(Bytes octets)
{
    Cursor in{octets};
    const std::uint32_t length = in.u32();
    const std::uint32_t code = in.u32();
    if (in.failed()) {
        const bool may_be = octets.empty() || octets.front() == std::byte{0} || octets.front() == std::byte{0x30};
        return {may_be ? Likeness::undecided : Likeness::no, {}};
    }
    const bool ssl_request = length == postgresql_ssl_request_octets && code == postgresql_ssl_request;
    if (ssl_request || (code == postgresql_version3 && length > 8 && length <= max_postgresql_startup_octets))
        return {Likeness::yes, Dialect::postgresql};
    // Only the request for TLS tells LDAP: any other BER sequence begins as its messages do.
    if (asks_ldap(octets))
        return {Likeness::yes, Dialect::ldap};
    return {};
}

/// RFC 9051, 2.2.1: a client's line is a tag, then a command.
std::string_view without_tag(std::string_view line)
{
    const auto space = line.find(' ');
    return space == std::string_view::npos ? std::string_view{} : line.substr(space + 1);
}

std::string_view without_end(std::string_view line)
{
    while (line.ends_with('\n') || line.ends_with('\r') || line.ends_with(' '))
        line.remove_suffix(1);
    return line;
}

/// Whether the text ends with this tag of the namespace of RFC 6120, 5.
bool is_tls_tag(std::string_view text, std::string_view start)
{
    const auto tag = text.substr(std::min(text.rfind('<'), text.size()));
    return tag.starts_with(start) && tag.contains(xmpp_namespace);
}

bool has_word(std::string_view line, std::string_view upper_case_word)
{
    for (std::size_t i = 0; i + upper_case_word.size() <= line.size(); ++i) {
        if (starts_with_ignoring_case(line.substr(i), upper_case_word))
            return true;
    }
    return false;
}

Likeness compare(std::string_view text, std::string_view opening)
{
    if (starts_with_ignoring_case(text, opening))
        return Likeness::yes;
    return starts_with_ignoring_case(opening, text) ? Likeness::undecided : Likeness::no;
}

Answer answer_by_start(std::string_view line, std::string_view good, std::string_view bad)
{
    if (starts_with_ignoring_case(line, good))
        return Answer::accepted;
    return starts_with_ignoring_case(line, bad) ? Answer::refused : Answer::other;
}

}  // namespace

Cut cut_of(Dialect dialect)
{
    if (dialect == Dialect::xmpp)
        return Cut::tag;
    return dialect == Dialect::ldap || dialect == Dialect::postgresql ? Cut::message : Cut::line;
}

std::optional<std::size_t> measure_unit(Dialect dialect, Bytes octets)
{
    if (cut_of(dialect) != Cut::message) {
        const auto end = as_text(octets).find(cut_of(dialect) == Cut::line ? '\n' : '>');
        return end == std::string_view::npos ? std::nullopt : std::optional{end + 1};
    }
    Cursor in{octets};
    if (dialect == Dialect::postgresql) {
        const std::uint32_t length = in.u32();
        return !in.failed() && length >= 4 && length <= octets.size() ? std::optional<std::size_t>{length}
                                                                      : std::nullopt;
    }
    const auto header = read_ber(in);
    if (!header || header->length > in.remaining())
        return std::nullopt;
    return in.offset() + header->length;
}

Recognition recognise_server(std::string_view text)
{
    if (const Likeness likeness = compare(text, greeting_220); likeness != Likeness::no) {
        const auto line = text.substr(0, text.find('\n'));
        if (likeness == Likeness::yes && (has_word(line, "SMTP") || has_word(line, "LMTP")))
            return {Likeness::yes, Dialect::smtp};
        if (likeness == Likeness::yes && has_word(line, "FTP"))
            return {Likeness::yes, Dialect::ftp};
        return {Likeness::undecided, {}};  // the client's first command tells
    }
    for (const Opening& opening : server_openings) {
        if (const Likeness likeness = compare(text, opening.text); likeness != Likeness::no)
            return {likeness, likeness == Likeness::yes ? opening.dialect : Dialect{}};
    }
    return {};
}

Recognition recognise_client(Bytes octets)
{
    const std::string_view text = as_text(octets);
    Recognition found = recognise_binary_client(octets);
    for (const Opening& opening : client_openings) {
        const Likeness likeness = compare(text, opening.text);
        if (likeness == Likeness::yes)
            return {Likeness::yes, opening.dialect};
        if (likeness == Likeness::undecided && found.likeness == Likeness::no)
            found = {Likeness::undecided, {}};
    }
    return found;
}

bool asks_for_tls(Dialect dialect, Bytes unit)
{
    const std::string_view line = without_end(as_text(unit));
    switch (dialect) {
        case Dialect::smtp:
        case Dialect::irc:
            return equal_ignoring_case(line, "STARTTLS");
        case Dialect::imap:
            return equal_ignoring_case(without_tag(line), "STARTTLS");
        case Dialect::pop3:
            return equal_ignoring_case(line, "STLS");
        case Dialect::ftp:
            return starts_with_ignoring_case(line, "AUTH TLS") || equal_ignoring_case(line, "AUTH SSL");
        case Dialect::xmpp:
            return is_tls_tag(line, "<starttls");
        case Dialect::ldap:
            return asks_ldap(unit);
        case Dialect::postgresql:
            return is_postgresql_ssl_request(unit);
    }
    return false;
}

Answer answer_of(Dialect dialect, Bytes unit)
{
    const std::string_view line = without_end(as_text(unit));
    switch (dialect) {
        case Dialect::smtp:
            return line.starts_with("220") ? Answer::accepted : Answer::refused;
        case Dialect::ftp:
            return line.starts_with("234") ? Answer::accepted : Answer::refused;
        case Dialect::pop3:
            return answer_by_start(line, "+OK", "-ERR");
        case Dialect::imap:
            if (line.starts_with("* "))
                return Answer::other;
            return answer_by_start(without_tag(line), "OK", "");
        case Dialect::irc:
            return answer_by_start(without_tag(line), "670 ", "691 ");
        case Dialect::xmpp:
            if (is_tls_tag(line, "<proceed"))
                return Answer::accepted;
            return is_tls_tag(line, "<failure") ? Answer::refused : Answer::other;
        case Dialect::ldap:
            return answer_of_ldap(unit);
        case Dialect::postgresql:
            return line == "S" ? Answer::accepted : Answer::refused;
    }
    return Answer::other;
}

}  // namespace waybill::starttls
