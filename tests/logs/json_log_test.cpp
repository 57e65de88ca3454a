#include "logs/json_log.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "logs/json_members.h"
#include "tests/logs/record_text.h"

using namespace waybill;
using namespace waybill::logs;
using test::text_of;

namespace {

struct Row {
    JsonDialect dialect;
    const char* text;
    const char* record;
};

void check(std::span<const Row> rows)
{
    for (const Row& row : rows) {
        CAPTURE(std::string{row.text});
        CHECK(text_of(read_json_record(row.text, row.dialect, "")) == row.record);
        for (std::size_t size = 0; size < std::string_view{row.text}.size(); ++size)
            CHECK(text_of(read_json_record(std::string_view{row.text}.substr(0, size), row.dialect, "")) ==
                  "problem: it is no JSON object");
    }
}

}  // namespace

TEST_CASE("logs of name servers in JSON name what was asked for")
{
    using enum JsonDialect;
    const Row rows[] = {
        {adguard, R"({"T":"2026-11-22T10:00:00Z","QH":"api.example.com","QT":"A","IP":"192.0.2.7","Answer":"AA=="})",
         "api.example.com by dns-query"},
        {adguard, R"({"question":{"name":"api.example.com","type":"A"},"client":"192.0.2.7"})",
         "api.example.com by dns-query"},
        {adguard, R"({"T":"2026-11-22T10:00:00Z"})", "nothing"},
        {adguard, R"({"QH":"a..b"})", "problem: it names neither a host nor an address"},
        {pihole, R"({"id":1,"domain":"api.example.com","client":{"ip":"192.0.2.7","name":null}})",
         "api.example.com by dns-query"},
        {pihole, R"(["1764000000","A","api.example.com","192.0.2.7","2"])", "api.example.com by dns-query"},
        {pihole, R"(["1764000000"])", "nothing"},
    };
    check(rows);
}

TEST_CASE("Zeek's JSON lines are told by their fields or their path, with names that hold dots or stand in objects")
{
    using enum JsonDialect;
    const Row rows[] = {
        {zeek, R"({"ts":1.0,"uid":"C1","id.resp_h":"203.0.113.1","id.resp_p":443,"server_name":"a.example"})",
         "a.example 203.0.113.1 :443 /tcp by tls-sni"},
        {zeek, R"({"_path":"quic","id":{"resp_h":"203.0.113.1","resp_p":443},"server_name":"a.example"})",
         "a.example 203.0.113.1 :443 /udp by quic-sni"},
        {zeek, R"({"id.resp_h":"192.0.2.53","id.resp_p":53,"proto":"udp","trans_id":7,"query":"a.example"})",
         "a.example by dns-query"},
        {zeek, R"({"id.resp_h":"203.0.113.1","id.resp_p":123,"proto":"udp"})", "203.0.113.1 :123 /udp"},
        {zeek, R"({"id.resp_h":["x"]})", "nothing"},
    };
    check(rows);
}

TEST_CASE("Sysmon's events in JSON are read whatever wrote them out")
{
    using enum JsonDialect;
    const Row rows[] = {
        {sysmon,
         R"({"winlog":{"provider_name":"Microsoft-Windows-Sysmon","event_id":"22","computer_name":"PC1","event_data":)"
         R"({"QueryName":"api.example.com","Image":"C:\\node.exe","ProcessId":"12","User":"PC1\\ada"}}})",
         "api.example.com by dns-query process=C:\\node.exe pid=12 user=PC1\\ada device=PC1"},
        {sysmon,
         R"({"winlog":{"event_id":3,"event_data":{"DestinationIp":"203.0.113.1","DestinationPort":"443","Protocol":"tcp",)"
         R"("DestinationHostname":"rev.example","Initiated":"true"}}})",
         "203.0.113.1 :443 /tcp reverse=rev.example"},
        {sysmon,
         R"({"Id":22,"ProviderName":"Microsoft-Windows-Sysmon","MachineName":"PC1","ProcessId":4,"Message":)"
         R"("Dns query:\r\nProcessId: 12\r\nQueryName: api.example.com\r\nImage: C:\\node.exe\r\nUser: -"})",
         "api.example.com by dns-query process=C:\\node.exe pid=12 device=PC1"},
        {sysmon,
         R"({"Event":{"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Sysmon"}},"EventID":{"#text":3},)"
         R"("Computer":"PC1"},"EventData":{"DestinationIp":"2001:db8::1","DestinationPort":443,"Initiated":true}}})",
         "2001:db8::1 :443 device=PC1"},
        {sysmon, R"({"Id":22,"ProviderName":"Another","Message":"QueryName: api.example.com"})", "nothing"},
        {sysmon, R"({"Id":1,"ProviderName":"Microsoft-Windows-Sysmon","Message":"Image: x"})", "nothing"},
        {sysmon, R"({"Id":22,"ProviderName":"Microsoft-Windows-Sysmon"})",
         "problem: it names neither a host nor an address"},
    };
    check(rows);
}

TEST_CASE("objects of any origin hold endpoints under well-known names, or where the user says")
{
    using enum JsonDialect;
    const Row rows[] = {
        {other,
         R"({"destination":{"domain":"api.example.com","ip":"203.0.113.1","port":443},"host":{"name":"pc1"},"network":)"
         R"({"transport":"tcp"},"process":{"name":"node","pid":12},"user":{"name":"ada"}})",
         "api.example.com 203.0.113.1 :443 /tcp by entry process=node pid=12 user=ada device=pc1"},
        {other, R"({"RemoteUrl":"https://api.example.com/","DeviceName":"pc1"})",
         "api.example.com :443 by entry device=pc1"},
        {other, R"({"message":"hello"})", "nothing"},
        {other, R"({"host":null,"url":[]})", "nothing"},
        {other, R"([1,2])", "nothing"},
    };
    check(rows);
    CHECK(text_of(read_json_record(R"({"a":{"b.c":"api.example.com:8443"},"url":"x.example"})", other, "a.b.c")) ==
          "api.example.com :8443 by entry");
    CHECK(text_of(read_json_record(R"({"url":"x.example"})", other, "a.b.c")) == "nothing");
}

TEST_CASE("a dialect is told by the members that its writer always gives")
{
    using enum JsonDialect;
    struct Guess {
        const char* text;
        JsonDialect dialect;
    };
    const Guess guesses[] = {
        {R"({"ts":1,"uid":"C1","host":"a.example"})", zeek},
        {R"({"id":{"resp_h":"192.0.2.1"}})", zeek},
        {R"({"QH":"a.example"})", adguard},
        {R"({"question":{},"client":"x"})", adguard},
        {R"({"domain":"a.example","client":{},"status":"x"})", pihole},
        {R"([])", pihole},
        {R"({"winlog":{}})", sysmon},
        {R"({"Id":3,"ProviderName":"x"})", sysmon},
        {R"({"Event":{"System":{}}})", sysmon},
        {R"({"host":"a.example"})", other},
    };
    for (const Guess& guess : guesses) {
        CAPTURE(std::string{guess.text});
        CHECK(guess_dialect(guess.text) == guess.dialect);
    }
    CHECK_FALSE(guess_dialect("7").has_value());
    CHECK_FALSE(guess_dialect("{").has_value());
    CHECK(has_known_member(R"({"url":"x"})"));
    CHECK_FALSE(has_known_member(R"({"Url":{}})"));
}

TEST_CASE("deep and wide objects are read to a bound")
{
    std::string deep;
    for (unsigned level = 0; level < 20'000; ++level)
        deep += R"({"a":)";
    deep += R"("x")" + std::string(20'000, '}');
    CHECK(text_of(read_json_record(deep, JsonDialect::other, "")) == "nothing");
    nlohmann::json wide;
    for (std::size_t member = 0; member < 2 * Leaves::max_leaves; ++member)
        wide["m" + std::to_string(member)] = member;
    CHECK(leaves_of(wide).names.size() == Leaves::max_leaves);
    CHECK(leaves_of(wide).more);
    nlohmann::json bushy;
    for (std::size_t member = 0; member < 2 * Leaves::max_leaves; ++member)
        bushy["m" + std::to_string(member)]["a"] = {{"b", member}};
    CHECK(leaves_of(bushy).names.size() <= Leaves::max_leaves);
    CHECK(leaves_of(bushy).more);
    const std::string hostile = R"({"url":")"
                                "\xff"
                                R"("})";
    CHECK(text_of(read_json_record(hostile, JsonDialect::other, "")) == "problem: it is no JSON object");
}

TEST_CASE("members beneath a long name are passed over, for no known name is that long")
{
    const std::string name(Leaves::max_path_octets - 4, 'n');
    const nlohmann::json json{
        {name, {{"abc", 1}, {"abcd", 2}}}, {name + "abcde", {{"url", "x"}}}, {"url", "a.example"}};
    const Leaves leaves = leaves_of(json);
    CHECK(leaves.names == std::vector<std::string>{"url", name + ".abc"});
    CHECK_FALSE(leaves.more);
}

TEST_CASE("an object with more members than are read is not understood, unless the user says which one counts")
{
    nlohmann::json wide{{"aa", "api.example.com"}, {"port", 99}, {"ip", "203.0.113.1"}};
    for (std::size_t member = 0; member < 2 * Leaves::max_leaves; ++member)
        wide["m" + std::to_string(member)] = nullptr;
    CHECK(text_of(read_json_record(wide.dump(), JsonDialect::other, "")) == "203.0.113.1 :99");
    for (auto& [name, value] : wide.items())
        if (value.is_null())
            value = "x";
    CHECK(text_of(read_json_record(wide.dump(), JsonDialect::other, "")) ==
          "problem: it has more than 512 members; name the one that holds the endpoint with --field");
    CHECK(text_of(read_json_record(wide.dump(), JsonDialect::other, "aa")) == "api.example.com by entry");
    CHECK(has_known_member(wide.dump()));
}

TEST_CASE("a path finds the longest name first, then a shorter one with what is in it")
{
    const auto json = nlohmann::json::parse(R"({"a.b":1,"a":{"b":2,"c":{"d":true}},"e.f":{"g":"x"}})");
    CHECK(text_at(json, "a.b") == "1");
    CHECK(text_at(json, "a.c.d") == "true");
    CHECK(text_at(json, "e.f.g") == "x");
    CHECK(text_at(json, "a.c").empty());
    CHECK(find_member(json, "a.x") == nullptr);
    CHECK(find_member(json, "") == nullptr);
}
