#include "logs/zeek_log.h"

#include <doctest/doctest.h>

#include <map>
#include <string>

#include "tests/logs/record_text.h"

using namespace waybill;
using namespace waybill::logs;
using test::RecordRow;
using test::text_of;

TEST_CASE("Zeek's own format is read by its header, of each log the endpoint that it is about")
{
    struct Row {
        const char* path;
        const char* fields;
        const char* line;
        const char* record;
    };
    const Row rows[] = {
        {"conn", "id.orig_h\tid.resp_h\tid.resp_p\tproto", "192.0.2.7\t203.0.113.1\t443\ttcp", "203.0.113.1 :443 /tcp"},
        {"conn", "id.orig_h\tid.resp_h\tid.resp_p\tproto", "192.0.2.7\t203.0.113.1\t8\ticmp", "203.0.113.1 /icmp"},
        {"conn", "id.resp_h\tid.resp_p\tproto", "somewhere\t443\ttcp", "problem: id.resp_h is no address"},
        {"dns", "id.resp_h\tid.resp_p\tproto\tquery", "192.0.2.53\t53\tudp\tapi.example.com",
         "api.example.com by dns-query"},
        {"dns", "id.resp_h\tid.resp_p\tproto\tquery", "192.0.2.53\t53\tudp\t-", "nothing"},
        {"dns", "id.resp_h\tquery", "192.0.2.53\ttwo words", "problem: it names neither a host nor an address"},
        {"ssl", "id.resp_h\tid.resp_p\tversion\tserver_name", "203.0.113.1\t443\tTLSv13\tapi.example.com",
         "api.example.com 203.0.113.1 :443 /tcp by tls-sni"},
        {"ssl", "id.resp_h\tid.resp_p\tversion\tserver_name", "203.0.113.1\t443\tDTLSv12\t-", "203.0.113.1 :443 /udp"},
        {"quic", "id.resp_h\tid.resp_p\tserver_name", "2001:db8::1\t443\tapi.example.com",
         "api.example.com 2001:db8::1 :443 /udp by quic-sni"},
        {"http", "id.resp_h\tid.resp_p\tmethod\thost\turi", "203.0.113.1\t80\tGET\tapi.example.com\t/v1",
         "api.example.com 203.0.113.1 :80 /tcp by http-host"},
        {"http", "id.resp_h\tid.resp_p\tmethod\thost\turi", "192.0.2.9\t3128\tCONNECT\t-\tapi.example.com:443",
         "api.example.com :443 /tcp by proxy-connect"},
        {"http", "id.resp_h\tid.resp_p\tmethod\thost\turi", "192.0.2.9\t3128\tGET\tx.example\thttp://api.example.com/",
         "api.example.com :80 /tcp by http-host"},
        {"http", "id.resp_h\tid.resp_p\tmethod\thost\turi", "203.0.113.1\t80\tGET\t-\t/v1", "203.0.113.1 :80 /tcp"},
        {"files", "fuid\tmime_type", "F1\ttext/plain", "nothing"},
        {"conn", "id.resp_h\tid.resp_p", "203.0.113.1", "problem: its cells are not as many as the columns"},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string{row.line});
        ZeekTable table;
        CHECK(text_of(table.read("#separator \\x09").value()) == "nothing");
        CHECK(text_of(table.read("#unset_field\t-").value()) == "nothing");
        CHECK(text_of(table.read(std::string{"#path\t"} + row.path).value()) == "nothing");
        CHECK(table.read(std::string{"#fields\t"} + row.fields).value().kind == LogRecord::Kind::header);
        CHECK(text_of(table.read(row.line).value()) == row.record);
    }
}

TEST_CASE("the header says which octets stand between cells and which stand for nothing")
{
    ZeekTable table;
    REQUIRE(table.read("#separator ;;").has_value());
    REQUIRE(table.read("#unset_field;;none").has_value());
    REQUIRE(table.read("#path;;dns").has_value());
    CHECK(text_of(table.read("#fields;;ts;;query").value()) == "header ts|query");
    CHECK(text_of(table.read("1.0;;api.example.com").value()) == "api.example.com by dns-query");
    CHECK(text_of(table.read("1.0;;none").value()) == "nothing");
}

TEST_CASE("a line before the header, and a separator of nothing, are not understood")
{
    ZeekTable table;
    CHECK(text_of(table.read("1.0\tx").value()) == "problem: no #fields stands before it");
    CHECK(text_of(table.read("#separator  ").value()) == "problem: its separator is empty");
}

TEST_CASE("a header with more columns than are read is an error that says so, and one with as many is none")
{
    std::string header = "#fields";
    for (std::size_t column = 0; column < max_columns; ++column)
        header += "\tc" + std::to_string(column);
    CHECK(ZeekTable{}.read(header).has_value());
    const auto read = ZeekTable{}.read(header + "\tone more");
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error() ==
          LogError{LogError::Kind::not_recognised,
                   "it has 4097 columns, and 4096 at most are read; leave out those that are not needed"});
}

TEST_CASE("a record of unknown path is told by fields that no other log has")
{
    struct Row {
        std::map<std::string, std::string, std::less<>> fields;
        const char* record;
    };
    const Row rows[] = {
        {{{"id.resp_h", "192.0.2.53"}, {"trans_id", "7"}}, "nothing"},
        {{{"id.resp_h", "192.0.2.53"}, {"query", "a.example"}}, "a.example by dns-query"},
        {{{"id.resp_h", "203.0.113.1"}, {"server_name", "a.example"}}, "a.example 203.0.113.1 /tcp by tls-sni"},
        {{{"id.resp_h", "203.0.113.1"}, {"server_name", "a.example"}, {"client_initial_dcid", "00"}},
         "a.example 203.0.113.1 /udp by quic-sni"},
        {{{"host", "a.example"}, {"trans_depth", "1"}}, "a.example /tcp by http-host"},
        {{{"id.resp_h", "203.0.113.1"}, {"host", "sensor"}, {"proto", "udp"}}, "203.0.113.1 /udp"},
        {{}, "nothing"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.record);
        const auto fields = [&](std::string_view name) {
            const auto found = row.fields.find(name);
            return found == row.fields.end() ? std::string{} : found->second;
        };
        CHECK(text_of(read_zeek_record("", fields)) == row.record);
    }
}
