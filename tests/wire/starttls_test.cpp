#include "wire/starttls.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/support/octets.h"

using namespace waybill;
using namespace waybill::starttls;
using test::hex;

namespace {

constexpr const char* ldap_request = "30 1d | 02 01 01 | 77 18 | 80 16 312e332e362e312e342e312e313436362e3230303337";

}  // namespace

TEST_CASE("a dialect is told by the first words of either side")
{
    CHECK(recognise_server("220 mail.example ESMTP\r\n") == Recognition{Likeness::yes, Dialect::smtp});
    CHECK(recognise_server("220 (anFTPd 1.0)\r\n") == Recognition{Likeness::yes, Dialect::ftp});
    CHECK(recognise_server("220 hello\r\n").likeness == Likeness::undecided);
    CHECK(recognise_server("2").likeness == Likeness::undecided);
    CHECK(recognise_server("* OK ready\r\n") == Recognition{Likeness::yes, Dialect::imap});
    CHECK(recognise_server("+OK ready\r\n") == Recognition{Likeness::yes, Dialect::pop3});
    CHECK(recognise_server("hello").likeness == Likeness::no);
    CHECK(recognise_client(as_octets("ehlo a.example\r\n")) == Recognition{Likeness::yes, Dialect::smtp});
    CHECK(recognise_client(as_octets("CAP LS 302\r\n")) == Recognition{Likeness::yes, Dialect::irc});
    CHECK(recognise_client(as_octets("<?xml version='1.0'?>")) == Recognition{Likeness::yes, Dialect::xmpp});
    CHECK(recognise_client(hex(ldap_request)) == Recognition{Likeness::yes, Dialect::ldap});
    CHECK(recognise_client(hex("00000008 04d2162f")) == Recognition{Likeness::yes, Dialect::postgresql});
    CHECK(recognise_client(hex("00000009 00030000 00")) == Recognition{Likeness::yes, Dialect::postgresql});
    CHECK(recognise_client(hex("00000009 00040000 00")).likeness == Likeness::no);
    CHECK(recognise_client(as_octets("EH")).likeness == Likeness::undecided);
    CHECK(recognise_client(as_octets("hello")).likeness == Likeness::no);
}

TEST_CASE("the command for TLS and its answers, dialect by dialect")
{
    struct Row {
        Dialect dialect;
        std::string_view asks;
        std::string_view accepted;
        std::string_view refused;
    };
    const Row rows[] = {
        {Dialect::smtp, "StartTLS\r\n", "220 go\r\n", "454 no\r\n"},
        {Dialect::imap, "a1 STARTTLS\r\n", "a1 OK go\r\n", "a1 BAD no\r\n"},
        {Dialect::pop3, "STLS\r\n", "+OK go\r\n", "-ERR no\r\n"},
        {Dialect::ftp, "AUTH TLS\r\n", "234 go\r\n", "534 no\r\n"},
        {Dialect::irc, "STARTTLS\r\n", ":irc.example 670 a :go\r\n", ":irc.example 691 a :no\r\n"},
        {Dialect::xmpp, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
         "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"},
        {Dialect::postgresql, {"\0\0\0\x08\x04\xd2\x16\x2f", 8}, "S", "N"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.asks);
        CHECK(asks_for_tls(row.dialect, as_octets(row.asks)));
        CHECK_FALSE(asks_for_tls(row.dialect, as_octets("NOOP\r\n")));
        CHECK(answer_of(row.dialect, as_octets(row.accepted)) == Answer::accepted);
        CHECK(answer_of(row.dialect, as_octets(row.refused)) == Answer::refused);
        CHECK(measure_unit(row.dialect, as_octets(row.asks)) == row.asks.size());
        CHECK_FALSE(measure_unit(row.dialect, as_octets(row.asks.substr(0, row.asks.size() - 1))).has_value());
    }
    CHECK(answer_of(Dialect::imap, as_octets("* 3 EXISTS\r\n")) == Answer::other);
    CHECK(answer_of(Dialect::irc, as_octets(":irc.example NOTICE a :x\r\n")) == Answer::other);
    CHECK(answer_of(Dialect::xmpp, as_octets("<required/>")) == Answer::other);
}

TEST_CASE("LDAP's StartTLS is an extended operation")
{
    const auto request = hex(ldap_request);
    CHECK(asks_for_tls(Dialect::ldap, request));
    CHECK(measure_unit(Dialect::ldap, request) == request.size());
    for (std::size_t length = 0; length < request.size(); ++length) {
        CHECK_FALSE(asks_for_tls(Dialect::ldap, Bytes{request}.first(length)));
        CHECK_FALSE(measure_unit(Dialect::ldap, Bytes{request}.first(length)).has_value());
    }
    CHECK(answer_of(Dialect::ldap, hex("30 0c | 02 01 01 | 78 07 | 0a 01 00 04 00 04 00")) == Answer::accepted);
    CHECK(answer_of(Dialect::ldap, hex("30 0c | 02 01 01 | 78 07 | 0a 01 02 04 00 04 00")) == Answer::refused);
    CHECK(answer_of(Dialect::ldap, hex("30 0c | 02 01 01 | 61 07 | 0a 01 00 04 00 04 00")) == Answer::other);
    CHECK_FALSE(measure_unit(Dialect::ldap, hex("30 85 00")).has_value());
}
