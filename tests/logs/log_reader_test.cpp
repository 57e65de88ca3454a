#include "logs/log_reader.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/logs/record_text.h"

using namespace waybill;
using namespace waybill::logs;
using test::text_of;

namespace {

struct Result {
    std::vector<std::string> records;
    std::optional<LogFormat> format;
    std::string error;
};

Result read(const std::string& log, const LogOptions& options = {}, std::size_t piece = 65536)
{
    Result result;
    LogReader reader{options, [&](const LoggedLine& line) {
                         result.records.push_back(std::to_string(line.line) + ": " + text_of(line.record));
                     }};
    std::expected<void, LogError> ended;
    for (std::size_t at = 0; ended && at < log.size(); at += piece)
        ended = reader.add(std::string_view{log}.substr(at, piece));
    if (ended)
        ended = reader.finish();
    if (!ended)
        result.error = ended.error().message;
    result.format = reader.format();
    return result;
}

}  // namespace

TEST_CASE("a log's format is told by its beginning, and its records are the same in whatever pieces it comes")
{
    struct Row {
        const char* log;
        LogFormat format;
        std::vector<std::string> records;
    };
    const Row rows[] = {
        {"# mine\n\napi.example.com\n", LogFormat::hosts, {"1: nothing", "2: nothing", "3: api.example.com by entry"}},
        {"192.0.2.1", LogFormat::hosts, {"1: 192.0.2.1"}},
        {"url,who\nhttps://a.example/,ada\n", LogFormat::csv, {"1: header url|who", "2: a.example :443 by entry"}},
        {"# of comments\n\n# alone\n", LogFormat::hosts, {"1: nothing", "2: nothing", "3: nothing"}},
        {"host,\"re\nmark\"\na.example,x\n", LogFormat::csv, {"1: header host|re\nmark", "3: a.example by entry"}},
        {"#path\tdns\n#fields\tquery\na.example\n",
         LogFormat::zeek,
         {"1: nothing", "2: header query", "3: a.example by dns-query"}},
        {"domain\na.example\n", LogFormat::csv, {"1: header domain", "2: a.example by entry"}},
        {"\xef\xbb\xbf"
         "who;Remote URL\nada;a.example\n",
         LogFormat::csv,
         {"1: header who|Remote URL", "2: a.example by entry"}},
        {"#separator \\x09\n#path\tdns\n#fields\tquery\na.example\n#close\tx\n",
         LogFormat::zeek,
         {"1: nothing", "2: nothing", "3: header query", "4: a.example by dns-query", "5: nothing"}},
        {"{\"ts\":1,\"uid\":\"C\",\"query\":\"a.example\"}\nx\n",
         LogFormat::zeek_json,
         {"1: a.example by dns-query", "2: problem: it is no record of this format"}},
        {"Nov 22 10:00:00 dnsmasq[1]: started, version 2.89\nNov 22 10:00:01 dnsmasq[1]: query[A] a.example from "
         "192.0.2.7\n",
         LogFormat::dnsmasq,
         {"1: nothing", "2: a.example by dns-query"}},
        {"22-Nov-2026 10:00:00.1 queries: info: client 192.0.2.7#5 (a.example): query: a.example IN A +\n",
         LogFormat::bind,
         {"1: a.example by dns-query"}},
        {"[1764000000] unbound[1:0] info: 192.0.2.7 a.example. A IN\n",
         LogFormat::unbound,
         {"1: a.example by dns-query"}},
        {"1764000000.123 1 192.0.2.7 TCP_TUNNEL/200 5 CONNECT a.example:443 - HIER_NONE/- -\n",
         LogFormat::squid,
         {"1: a.example :443 /tcp by proxy-connect"}},
        {"192.0.2.7 - - [22/Nov/2026:10:00:00 +0000] \"CONNECT a.example:443 HTTP/1.1\" 200 0, x\n",
         LogFormat::web,
         {"1: a.example :443 /tcp by proxy-connect"}},
        {"{\"QH\":\"a.example\"}\n{\"QH\":\n",
         LogFormat::adguard,
         {"1: a.example by dns-query", "2: problem: it does not end"}},
        {"{\"queries\": [\n{\"domain\":\"a.example\",\"client\":{},\"status\":\"x\"},\n"
         "{\"domain\":\"b.example\"}\n], \"cursor\": {\"domain\":\"c.example\"}}\n",
         LogFormat::pihole,
         {"2: a.example by dns-query", "3: b.example by dns-query"}},
        {R"({ "data" : [["1","A","a.example","c"],["1","A","b.example","c"]]})",
         LogFormat::pihole,
         {"1: a.example by dns-query", "1: b.example by dns-query"}},
        {"[\n  {\n    \"Id\": 22,\n    \"ProviderName\": \"Microsoft-Windows-Sysmon\",\n    \"Message\": \"QueryName: "
         "a.example\"\n  },\n  {\n    \"Id\": 1\n  }\n]\n",
         LogFormat::sysmon_json,
         {"2: a.example by dns-query", "7: nothing"}},
        {"<Events><Event><System><EventID>22</EventID></System><EventData><Data "
         "Name=\"QueryName\">a.example</Data></EventData></Event>\n<Event></Events>",
         LogFormat::sysmon_xml,
         {"1: a.example by dns-query", "2: problem: it does not end"}},
        {R"({"url":"a.example"})", LogFormat::json, {"1: a.example by entry"}},
    };
    for (const Row& row : rows)
        for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{65536}}) {
            CAPTURE(std::string{row.log});
            CAPTURE(piece);
            const Result result = read(row.log, {}, piece);
            CHECK(result.error.empty());
            CHECK(result.format == row.format);
            CHECK(result.records == row.records);
        }
}

TEST_CASE("UTF-16, as PowerShell writes it, is read as the text that it is")
{
    std::string log = "\xff\xfe";
    for (const char character : std::string_view{"a.example\r\nb.example\r\n"}) {
        log += character;
        log += '\0';
    }
    CHECK(read(log).records == std::vector<std::string>{"1: a.example by entry", "2: b.example by entry"});
}

TEST_CASE("a format that is given is not told by content")
{
    const Result result = read("what is this\n", {LogFormat::squid, "", ""});
    CHECK(result.records ==
          std::vector<std::string>{"1: problem: it is no line of a Squid access log in its native format"});
    CHECK(read("Host\napi.example.com\n", {LogFormat::hosts, "", ""}).records.size() == 2);
    CHECK(read("", {LogFormat::squid, "", ""}).records.empty());
}

TEST_CASE("lines of a format that is given are told as they come, without waiting for more")
{
    std::vector<std::string> records;
    LogReader reader{{LogFormat::hosts, "", ""},
                     [&](const LoggedLine& line) { records.push_back(text_of(line.record)); }};
    REQUIRE(reader.add("a.example\nb.ex").has_value());
    CHECK(records == std::vector<std::string>{"a.example by entry"});
}

TEST_CASE("what is no log is told with what to do")
{
    struct Row {
        std::string log;
        const char* error;
    };
    const Row rows[] = {
        {"what is this\n", "its first lines are of no format that is known; say it with --format"},
        {"a b,c d\n1,2\n",
         "line 1: none of its columns is known to hold an endpoint; name one with --column, of: a b, c d"},
        {"{\"a\":1}\n", "no member of its first object is known to hold an endpoint; name one with --field"},
        {"{\"a\":\n", "it begins like JSON, but no object can be read at its beginning; say with --format what it is"},
        {"\x01\x02,\x03\n", "its first lines are of no format that is known; say it with --format"},
        {"#fields\t" + std::string(max_columns, '\t') + "\n",
         "line 1: it has 4097 columns, and 4096 at most are read; leave out those that are not needed"},
        {"host" + std::string(max_columns, ',') + "\n",
         "line 1: it has 4097 columns, and 4096 at most are read; leave out those that are not needed"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.log.substr(0, 40));
        const Result result = read(row.log);
        CHECK(result.error == row.error);
        CHECK(result.records.empty());
    }
}

TEST_CASE("an error names the line that it is about")
{
    CHECK(read("# mine\n\na b,c d\n").error.starts_with("line 3: none of its columns"));
    CHECK(read("#path\tx\n#fields" + std::string(max_columns + 1, '\t'))
              .error.starts_with("line 2: it has 4097 columns"));
}

TEST_CASE("a log without a line has no format and is no error")
{
    for (const char* const log : {"", "\n", "  \r\n\n", "\xef\xbb\xbf"}) {
        const Result result = read(log);
        CHECK(result.error.empty());
        CHECK(result.records.empty());
    }
}

TEST_CASE("a log that is longer than what its format is told by is read to its end")
{
    std::string log;
    for (unsigned line = 0; line < 20'000; ++line)
        log += "h" + std::to_string(line) + ".example\n";
    const Result result = read(log, {}, 1000);
    REQUIRE(result.records.size() == 20'000);
    CHECK(result.records.back() == "20000: h19999.example by entry");
}
