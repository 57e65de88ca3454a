#include "logs/csv_log.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "logs/csv_row.h"
#include "tests/logs/record_text.h"

using namespace waybill;
using namespace waybill::logs;
using test::RecordRow;
using test::text_of;

namespace {

std::string joined(const std::vector<std::string>& cells)
{
    std::string text;
    for (const std::string& cell : cells)
        text += "<" + cell + ">";
    return text;
}

}  // namespace

TEST_CASE("a row of CSV is its cells, or none")
{
    struct Row {
        const char* text;
        char delimiter;
        const char* cells;
    };
    const Row rows[] = {
        {"", ',', "<>"},
        {"a", ',', "<a>"},
        {"a,b,", ',', "<a><b><>"},
        {"\"a,b\";c", ';', "<a,b><c>"},
        {R"("a""b")", ',', "<a\"b>"},
        {"\"\",x", ',', "<><x>"},
        {"a\"b,c", ',', "<a\"b><c>"},
        {"\"a\nb\",c", ',', "<a\nb><c>"},
        {"a\tb", '\t', "<a><b>"},
        {"\"a", ',', nullptr},
        {R"("a"")", ',', nullptr},
        {"\"a\"b,c", ',', nullptr},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string{row.text});
        const auto cells = parse_csv_row(row.text, row.delimiter);
        REQUIRE(cells.has_value() == (row.cells != nullptr));
        if (cells)
            CHECK(joined(*cells) == row.cells);
    }
}

TEST_CASE("a delimiter is what a header has most of outside of quotes")
{
    CHECK(guess_delimiter("a,b,c") == ',');
    CHECK(guess_delimiter("a;b;\"c,d,e\"") == ';');
    CHECK(guess_delimiter("a\tb") == '\t');
    CHECK(guess_delimiter("a") == ',');
}

TEST_CASE("a table names endpoints by well-known headings and says whose doing it was")
{
    CsvTable table{',', ""};
    const RecordRow rows[] = {
        {"# exported by hand", "nothing"},
        {"Timestamp,DeviceName,RemoteUrl,RemoteIP,RemotePort,Protocol,InitiatingProcessFileName,InitiatingProcessId,"
         "InitiatingProcessAccountName",
         "header Timestamp|DeviceName|RemoteUrl|RemoteIP|RemotePort|Protocol|InitiatingProcessFileName|"
         "InitiatingProcessId|InitiatingProcessAccountName"},
        {"t,pc1,api.example.com,203.0.113.1,443,Tcp,node.exe,12,ada",
         "api.example.com 203.0.113.1 :443 /tcp by entry process=node.exe pid=12 user=ada device=pc1"},
        {"t,pc1,https://api.example.com/v1,,,,,,", "api.example.com :443 by entry device=pc1"},
        {"t,,,203.0.113.1,443,Udp,,,", "203.0.113.1 :443 /udp"},
        {"t,pc1,,,,,,,", "nothing"},
        {"t,pc1", "nothing"},
        {"t,pc1,two words,,,,,,", "problem: it names neither a host nor an address"},
        {"t,pc1,,not-an-address,,,,,", "problem: its address or its port is none"},
        {"t,pc1,api.example.com,,99999,,,,", "problem: its address or its port is none"},
        {"t,pc1,api.example.com,,0,,,,", "api.example.com by entry device=pc1"},
        {"t,,,203.0.113.1,443,Udp,,,,,", "203.0.113.1 :443 /udp"},
        {"1,2,3,4,5,6,7,8,9,10", "problem: it has more cells than the header"},
        {"\"t", "problem: a quoted cell does not end, or something stands behind its end"},
    };
    for (const RecordRow& row : rows) {
        CAPTURE(std::string{row.line});
        const auto record = table.read(row.line);
        REQUIRE(record.has_value());
        CHECK(text_of(*record) == row.record);
    }
}

TEST_CASE("a table's endpoints stand in the column that the user names, in whatever case")
{
    CsvTable table{';', "where to"};
    CHECK(text_of(table.read("Who;Where_To;Host").value()) == "header Who|Where_To|Host");
    CHECK(text_of(table.read("ada;api.example.com:8443;pc1").value()) == "api.example.com :8443 by entry");
}

TEST_CASE("a column that is not there is told with those that are, as is a table without a known one")
{
    const auto absent = CsvTable{',', "target"}.read("a,b");
    REQUIRE_FALSE(absent.has_value());
    CHECK(absent.error() == LogError{LogError::Kind::no_such_column, "it has no column \"target\"; it has: a, b"});
    const auto unknown = CsvTable{',', ""}.read("a,b");
    REQUIRE_FALSE(unknown.has_value());
    CHECK(unknown.error().kind == LogError::Kind::not_recognised);
    CHECK(unknown.error().message.ends_with("name one with --column, of: a, b"));
}

TEST_CASE("a name beside an address is the endpoint's, whatever its column is called, and the address where none is")
{
    for (const std::string heading : {"host", "hostname", "endpoint", "domain"})
        for (const std::string& header : {heading + ",dest_ip", heading + ",DestinationIp", heading + ",ip"}) {
            CAPTURE(header);
            CsvTable table{',', ""};
            REQUIRE(table.read(header).has_value());
            CHECK(text_of(table.read("api.example.com,203.0.113.1").value()) == "api.example.com 203.0.113.1 by entry");
            CHECK(text_of(table.read("-,203.0.113.1").value()) == "203.0.113.1");
        }
}

TEST_CASE("of several headings the more telling one is taken, and reverse DNS never")
{
    const std::vector<std::string> names{"host", "ip", "Server Name", "DestinationHostname", "destination.ip"};
    const Roles roles = Roles::guess(names);
    CHECK(roles.place(Role::host) == 2);
    CHECK(roles.place(Role::address) == 4);
    CHECK_FALSE(Roles::guess(std::vector<std::string>{"DestinationHostname"}).name_endpoint());
}
