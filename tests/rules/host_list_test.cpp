#include "rules/host_list.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "rules/lint.h"
#include "rules/rule_book.h"
#include "tests/rules/suffix_list.h"

using namespace waybill;
using namespace waybill::rules;

namespace {

const HostListFacts facts{"ads",
                          "A list",
                          "several",
                          "CC0-1.0",
                          "https://example.com/list",
                          {Purpose::telemetry},
                          parse_date("2026-11-27").value(),
                          false};

}  // namespace

TEST_CASE("a list in the format of hosts, or of a name a line, gives each name once")
{
    struct Row {
        const char* what;
        const char* text;
        std::vector<std::string> hosts;
        std::uint64_t not_understood;
        std::uint64_t own_names;
    };
    const Row rows[] = {
        {"nothing", "", {}, 0, 0},
        {"hosts(5), a comment, and the machine's own names",
         "# list\n127.0.0.1 localhost\n0.0.0.0 a.example # why\n0.0.0.0 A.example b.example\n::1 ip6-localhost\n",
         {"a.example", "b.example"},
         0,
         2},
        {"a name a line, without an end of line at the end",
         "a.example\r\n! comment\n\nb.example",
         {"a.example", "b.example"},
         0,
         0},
        {"what is neither", "two words\n||c.example^\nhttps://d.example/\nbare\na.example\n", {"a.example"}, 4, 0},
        {"digits that are no address and no pattern", "0.0.0.0 1.2.3\na.example\n", {"a.example"}, 1, 0},
        {"an address for an address", "0.0.0.0 0.0.0.0\n", {}, 0, 1},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string{row.what});
        const HostList list = read_host_list(row.text);
        CHECK(list.hosts == row.hosts);
        CHECK(list.not_understood == row.not_understood);
        CHECK(list.own_names == row.own_names);
    }
}

TEST_CASE("a list becomes a pack that loads, lints clean and names its source, licence and day")
{
    const PublicSuffixList suffixes = test::small_suffix_list();
    for (const bool whole_domains : {false, true}) {
        CAPTURE(whole_domains);
        HostListFacts of_list = facts;
        of_list.whole_domains = whole_domains;
        const std::string text =
            host_list_pack(read_host_list("a.b.example\nc.example\nd.co.uk\ne.example\n"), of_list, suffixes);
        auto pack = parse_pack(text, "ads.json");
        REQUIRE_MESSAGE(pack.has_value(), (pack ? "" : pack.error().text()));
        CHECK(pack->licence == "CC0-1.0");
        CHECK(pack->rules.front().sources.front().grade == SourceGrade::third_party);
        std::vector<Pack> packs;
        packs.push_back(*std::move(pack));
        const RuleBook book = RuleBook::from_packs(std::move(packs)).value();
        CHECK(lint(book, suffixes, facts.read).empty());
        const auto below = book.decide({Hostname::parse("x.c.example").value(), {}, {}, {}});
        CHECK(below.has_value() == whole_domains);
    }
}
