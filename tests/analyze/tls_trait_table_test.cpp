#include "analyze/contact/tls_trait_table.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "analyze/analysis.h"
#include "tests/support/packet_builder.h"
#include "tests/wire/tls_hello_builder.h"

using namespace waybill;
using test::at_second;

namespace {

using Lists = std::vector<std::vector<std::string>>;
using Texts = std::vector<std::string>;

std::shared_ptr<const HelloFingerprint> hello(std::string ja4, Texts alpn)
{
    HelloFingerprint fingerprint;
    fingerprint.alpn = std::move(alpn);
    fingerprint.ja4 = std::move(ja4);
    return std::make_shared<const HelloFingerprint>(std::move(fingerprint));
}

/// What the hellos of a flow say.
struct Said {
    std::vector<std::shared_ptr<const HelloFingerprint>> hellos;
    std::string chosen = {};
};

FlowFacts facts_of(const Said& said)
{
    FlowFacts facts;
    for (const auto& each : said.hellos)
        facts.hellos.add({each, std::nullopt});
    if (!said.chosen.empty())
        facts.server = ServerHelloFacts{0x0303, said.chosen};
    return facts;
}

/// What a contact keeps of flows that said this.
TlsTraits traits_of(const std::vector<Said>& flows)
{
    GapCounters gaps;
    ContactTable table{gaps};
    const Owner nobody;
    const SocketAddress server{IpAddress::parse("198.51.100.1").value(), Port{443}};
    std::uint64_t id = 0;
    for (const Said& said : flows) {
        const FlowFacts each = facts_of(said);
        const auto place = table.settle(
            {.facts = each, .owner = nobody, .server = server, .transport = Transport::tcp, .tunnelled = false});
        table.add(place, {.id = ++id,
                          .first = {},
                          .last = {},
                          .out = {},
                          .in = {},
                          .packets = {},
                          .server = server.address,
                          .protocol = Protocol::tls,
                          .resolution = Resolution::answered,
                          .ech = EchState::not_offered});
        table.add(place, each);
    }
    const auto told = table.finish().at(0).tls;
    return told ? *told : TlsTraits{};
}

TlsTraits analysed(const AnalysisOptions& options, EventSinks sinks)
{
    std::vector<test::OwnedPacket> packets;
    test::HelloBuilder builder;
    builder.server_name("a.example").alpn({"h2", "http/1.1"});
    test::TcpTalk{packets, {"192.0.2.10", 40000}, {"198.51.100.7", 443}, at_second(0)}
        .handshake()
        .client(test::record(22, test::handshake(1, builder.body())))
        .close();
    Analysis analysis{options, std::move(sinks)};
    std::uint64_t number = 0;
    for (const auto& packet : packets)
        analysis.add(packet.view(), {0, ++number});
    const auto told = analysis.finish().contacts.at(0).tls;
    return told ? *told : TlsTraits{};
}

}  // namespace

TEST_CASE("a contact tells what its hellos said, sorted and each once")
{
    const auto first = hello("t13b", {"h2", "http/1.1"});
    const TlsTraits traits = traits_of({Said{{first}, "http/1.1"},
                                        Said{{hello("t13a", {"h2"})}, "h2"},
                                        Said{{first}, "h2"},
                                        Said{{hello("t13b", {"h2", "http/1.1"})}},
                                        {}});
    CHECK(traits.alpn_offered == Lists{{"h2"}, {"h2", "http/1.1"}});
    CHECK(traits.alpn_chosen == Texts{"h2", "http/1.1"});
    CHECK(traits.ja4 == Texts{"t13a", "t13b"});
    CHECK_FALSE(traits.more);
}

TEST_CASE("both hellos of a retry are told, and a hello that says nothing adds nothing")
{
    CHECK(traits_of({Said{{hello("t13a", {}), hello("t13b", {})}}}).ja4 == Texts{"t13a", "t13b"});
    CHECK(traits_of({Said{{hello("", {})}}}).empty());
    CHECK(traits_of({{}}).empty());
}

TEST_CASE("lists that would read alike are told apart")
{
    CHECK(traits_of({Said{{hello("j", {"ab", "c"})}}, Said{{hello("j", {"a", "bc"})}}, Said{{hello("j", {"abc"})}}})
              .alpn_offered == Lists{{"a", "bc"}, {"ab", "c"}, {"abc"}});
}

TEST_CASE("what a contact keeps is bounded, and it says that there was more")
{
    std::vector<Said> flows;
    for (std::size_t i = 0; i < Contact::kept_traits; ++i)
        flows.push_back(Said{{hello("j" + std::to_string(i), {})}});
    CHECK_FALSE(traits_of(flows).more);
    flows.push_back(Said{{hello("j0", {})}});
    CHECK_FALSE(traits_of(flows).more);
    flows.push_back(Said{{hello("j0", {})}, "h2"});
    const TlsTraits traits = traits_of(flows);
    CHECK(traits.more);
    CHECK(traits.ja4.size() == Contact::kept_traits);
    CHECK(traits.alpn_chosen.empty());
}

TEST_CASE("what all contacts keep is bounded, and what is numbered stays so")
{
    TlsTraitTable table;
    for (std::size_t i = 0; i < TlsTraitTable::max_traits; ++i)
        CHECK(table.offer(hello("j" + std::to_string(i), {})) == i + 1);
    CHECK(table.offer(hello("one more", {})) == 0);
    CHECK(table.choice("h2") == 0);
    CHECK(table.offer(hello("j7", {})) == 8);
    const auto told = table.tell({8}, TlsTraitTable::Rest::left_out);
    REQUIRE(told != nullptr);
    CHECK(told->ja4 == Texts{"j7"});
    CHECK(told->more);
    CHECK(table.tell({0, 8}, TlsTraitTable::Rest::left_out) == told);
    CHECK(table.tell({}, TlsTraitTable::Rest::none) == nullptr);
}

TEST_CASE("a hello with more octets than are kept of one is told as more, and nothing of it is kept")
{
    const Texts many(200, "a");
    const auto large = hello("t13large", many);
    TlsTraitTable table;
    CHECK(table.offer(large) == 0);
    CHECK(large.use_count() == 1);
    CHECK(table.offer(hello("t13a", Texts(10, "a"))) == 1);
    const TlsTraits traits = traits_of({Said{{large}}});
    CHECK(traits.more);
    CHECK(traits.empty());
    const TlsTraits both = traits_of({Said{{large}}, Said{{hello("t13a", {"h2"})}}});
    CHECK(both.more);
    CHECK(both.ja4 == Texts{"t13a"});
}

TEST_CASE("what all contacts keep is bounded by octets too, that which is told of it as well")
{
    TlsTraitTable table;
    std::size_t numbered = 0;
    const std::string filler(700, 'x');
    while (numbered < TlsTraitTable::max_traits && table.offer(hello(std::to_string(numbered) + filler, {})) != 0)
        ++numbered;
    CHECK(numbered < TlsTraitTable::max_traits);
    CHECK(numbered * filler.size() * 2 <= TlsTraitTable::max_octets);
    CHECK(numbered * filler.size() * 3 > TlsTraitTable::max_octets);
    CHECK(table.offer(hello("0" + filler, {})) == 1);
    std::size_t told = 0;
    for (std::uint16_t first = 1; first < 200; ++first)
        for (std::uint16_t second = 1; second < first; ++second) {
            const auto traits = table.tell({first, second}, TlsTraitTable::Rest::none);
            REQUIRE(traits != nullptr);
            CHECK(traits->ja4.size() == (traits->more ? 0 : 2));
            told += traits->ja4.size() * filler.size();
        }
    CHECK(told <= TlsTraitTable::max_told_octets);
    CHECK(table.tell({199, 198}, TlsTraitTable::Rest::none)->more);
    CHECK_FALSE(table.tell({2, 1}, TlsTraitTable::Rest::none)->more);
}

TEST_CASE("contacts tell what hellos said where flows are told, and else where that is asked for")
{
    AnalysisOptions options;
    const EventSinks flows{[](const Flow&) {}, {}};
    const TlsTraits told = analysed(options, flows);
    CHECK(told.alpn_offered == Lists{{"h2", "http/1.1"}});
    CHECK(told.ja4.size() == 1);
    CHECK(analysed(options, {}).empty());
    options.tls_traits = true;
    CHECK(analysed(options, {}) == told);
}
