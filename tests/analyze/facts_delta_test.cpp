#include "analyze/trim/facts_delta.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace waybill;

namespace {

Timestamp at(std::int64_t second)
{
    return Timestamp{} + std::chrono::seconds{second};
}

FactsDelta everything()
{
    FactsDelta delta;
    delta.protocol = Protocol::http;
    delta.names = {{NameSource::http_host, "a.example"},
                   {NameSource::proxy_connect, "b c%\xff.example"},
                   {NameSource::socks, "s.test"},
                   {NameSource::http2_authority, "h2.example"}};
    delta.http_methods = {"GET", "POST"};
    delta.connect = {"b.example:443"};
    delta.socks = {"s.test:1"};
    delta.ssh = {"SSH-2.0-x y"};
    delta.requests = 3;
    delta.ambiguous = true;
    delta.sides_swapped = true;
    return delta;
}

}  // namespace

TEST_CASE("what a packet added is written as a comment and read back")
{
    const FactsDelta delta = everything();
    const std::string comment = to_comment(delta);
    CHECK(comment ==
          "waybill/1 protocol=http http-host=a.example proxy-connect=b%20c%25%ff.example socks-name=s.test "
          "http2-authority=h2.example method=GET method=POST connect=b.example:443 socks=s.test:1 ssh=SSH-2.0-x%20y "
          "requests=3 ambiguous=yes sides=swapped");
    CHECK(parse_comment(comment) == delta);
    CHECK(parse_comment("waybill/1")->empty());
    CHECK(to_comment({}) == "waybill/1");
}

TEST_CASE("each prefix of a comment is refused or read, none is misread as another key")
{
    const std::string comment = to_comment(everything());
    for (std::size_t size = 0; size < comment.size(); ++size)
        if (const auto delta = parse_comment(std::string_view{comment}.substr(0, size)))
            CHECK(to_comment(*delta).starts_with("waybill/1"));
}

TEST_CASE("a comment off its grammar is refused")
{
    using enum ParseError::Kind;
    struct Row {
        std::string_view what;
        std::string comment;
        ParseError error;
    };
    const Row rows[] = {
        {"nothing", "", {unsupported, 0}},
        {"another version", "waybill/2 method=GET", {unsupported, 0}},
        {"no space before the member", "waybill/1method=GET", {bad_value, 9}},
        {"two spaces", "waybill/1  method=GET", {bad_value, 9}},
        {"a space at the end", "waybill/1 method=GET ", {bad_value, 20}},
        {"no value", "waybill/1 method", {bad_value, 9}},
        {"an unknown key", "waybill/1 tls-sni=a.example", {bad_value, 9}},
        {"an unknown protocol", "waybill/1 protocol=gopher", {bad_value, 9}},
        {"no protocol", "waybill/1 protocol=", {bad_value, 9}},
        {"half an octet", "waybill/1 method=%4", {bad_value, 9}},
        {"no octet", "waybill/1 method=%zz", {bad_value, 9}},
        {"an octet that is to be written %HH", "waybill/1 method=\x7f", {bad_value, 9}},
        {"no requests", "waybill/1 requests=0", {bad_value, 9}},
        {"requests that are no number", "waybill/1 requests=1x", {bad_value, 9}},
        {"requests past 64 bits", "waybill/1 requests=18446744073709551616", {bad_value, 9}},
        {"another ambiguity", "waybill/1 ambiguous=no", {bad_value, 9}},
        {"other sides", "waybill/1 sides=left", {bad_value, 9}},
        {"too long", "waybill/1 method=" + std::string(65'536, 'a'), {too_long, 65'535}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto delta = parse_comment(row.comment);
        REQUIRE_FALSE(delta.has_value());
        CHECK(delta.error() == row.error);
    }
}

TEST_CASE("only what came after the mark is told, and no name that stands in a hello")
{
    FlowFacts facts;
    facts.protocol = Protocol::http;
    facts.add_name({"old.example", NameSource::http_host, at(1)});
    facts.app().http_methods = {"GET"};
    facts.app().requests = 2;
    const FactsMark before = mark(facts);
    CHECK(delta_since(before, facts).empty());
    facts.add_name({"new.example", NameSource::http_host, at(2)});
    facts.add_name({"hello.example", NameSource::tls_sni, at(2)});
    facts.add_name({"dns.example", NameSource::dns_answer, at(2)});
    facts.app().http_methods.emplace_back("PUT");
    facts.app().requests = 5;
    facts.ambiguous = true;
    const FactsDelta delta = delta_since(before, facts);
    CHECK(to_comment(delta) == "waybill/1 http-host=new.example method=PUT requests=3 ambiguous=yes");
    CHECK(delta_since(FactsMark{}, facts).protocol == Protocol::http);
}

TEST_CASE("applied one after another, what was added makes the same facts")
{
    FlowFacts facts;
    CHECK(apply(everything(), at(1), facts));
    FactsDelta more;
    more.protocol = Protocol::tls;
    more.names = {{NameSource::http_host, "a.example"}, {NameSource::http_host, "z.example"}};
    more.http_methods = {"GET", "PUT"};
    more.ssh = {"SSH-2.0-x y"};
    more.requests = 1;
    CHECK(apply(more, at(2), facts));
    CHECK(facts.protocol == Protocol::http);
    CHECK(facts.names.size() == 5);
    CHECK(facts.names.front() == NameClue{"a.example", NameSource::http_host, at(1)});
    CHECK(facts.names.back() == NameClue{"z.example", NameSource::http_host, at(2)});
    CHECK(facts.app().http_methods == std::vector<std::string>{"GET", "POST", "PUT"});
    CHECK(facts.app().ssh.size() == 2);  // client and server may say the same
    CHECK(facts.app().requests == 4);
    CHECK(facts.ambiguous);
}

TEST_CASE("names past the bound of a flow are not kept, and that is told")
{
    FlowFacts facts;
    FactsDelta delta;
    for (std::size_t count = 0; count <= FlowFacts::max_names; ++count)
        delta.names.push_back({NameSource::http_host, std::to_string(count)});
    CHECK_FALSE(apply(delta, at(1), facts));
    CHECK(facts.names.size() == FlowFacts::max_names);
}
