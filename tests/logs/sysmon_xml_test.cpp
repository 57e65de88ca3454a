#include "logs/sysmon_xml.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/logs/record_text.h"

using namespace waybill;
using namespace waybill::logs;
using test::text_of;

namespace {

std::string event(const std::string& id, const std::string& data)
{
    return "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider "
           "Name='Microsoft-Windows-Sysmon' Guid='{0}'/><EventID>" +
           id + "</EventID><Computer>PC1</Computer></System><EventData>" + data +
           "</EventData><RenderingInfo Culture='en-US'><Message>x</Message></RenderingInfo></Event>";
}

std::string datum(const std::string& name, const std::string& value)
{
    return "<Data Name='" + name + "'>" + value + "</Data>";
}

}  // namespace

TEST_CASE("Sysmon's events in XML name the question, or the address that was connected to")
{
    struct Row {
        const char* what;
        std::string element;
        const char* record;
    };
    const std::string owner =
        datum("ProcessId", "12") + datum("Image", "C:\\node.exe") + datum("User", "PC1\\ada &amp; co");
    const Row rows[] = {
        {"a question", event("22", owner + datum("QueryName", "api.example.com")),
         "api.example.com by dns-query process=C:\\node.exe pid=12 user=PC1\\ada & co device=PC1"},
        {"a connection",
         event("3", datum("Initiated", "true") + datum("Protocol", "tcp") + datum("DestinationIp", "203.0.113.1") +
                        datum("DestinationHostname", "rev.example") + datum("DestinationPort", "443")),
         "203.0.113.1 :443 /tcp device=PC1 reverse=rev.example"},
        {"a connection that came in",
         event("3", datum("Initiated", "false") + datum("DestinationIp", "192.0.2.7") + datum("DestinationPort", "22")),
         "nothing"},
        {"a connection without an address", event("3", datum("DestinationIp", "-")),
         "problem: its DestinationIp is no address"},
        {"a question without a name", event("22", ""), "problem: it names neither a host nor an address"},
        {"another event", event("1", datum("Image", "x")), "nothing"},
        {"another provider's event",
         "<Event><System><Provider Name='Other'/><EventID>22</EventID></System><EventData><Data "
         "Name='QueryName'>a.example</Data></EventData></Event>",
         "nothing"},
        {"a number in decimal and in hexadecimal", event("22", datum("QueryName", "a&#46;ex&#x61;mple")),
         "a.example by dns-query device=PC1"},
        {"a datum that is named twice", event("22", datum("QueryName", "a.example") + datum("QueryName", "b.example")),
         "problem: it is no well-formed event"},
        {"an entity that nobody declared", event("22", datum("QueryName", "&a;")),
         "problem: it is no well-formed event"},
        {"a tag that does not end", "<Event><System></Event>", "problem: it is no well-formed event"},
        {"octets that are no UTF-8", event("22", datum("QueryName", "\xff")), "problem: it is no well-formed event"},
        {"a declaration of a document type", "<!DOCTYPE x [<!ENTITY a 'b'>]><Event>&a;</Event>",
         "problem: it is no well-formed event"},
        {"data deeper than any event has it", "<Event><System><a><EventID>22</EventID></a></System></Event>",
         "nothing"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(text_of(read_sysmon_element(row.element)) == row.record);
    }
}

TEST_CASE("no beginning of an event in XML is an event")
{
    const std::string whole = event("22", datum("QueryName", "api.example.com"));
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK_FALSE(parse_windows_event(std::string_view{whole}.substr(0, size)).has_value());
    CHECK(parse_windows_event(whole).has_value());
}
