#include "model/flow_facts.h"

#include <doctest/doctest.h>

#include <string>

#include "model/tls_version.h"

using namespace waybill;

TEST_CASE("each protocol has a word by which it is found again")
{
    for (unsigned index = 0; index <= static_cast<unsigned>(Protocol::postgresql); ++index) {
        const auto protocol = static_cast<Protocol>(index);
        CHECK(find_protocol(text(protocol)) == protocol);
    }
    CHECK(text(Protocol::unknown).empty());
    CHECK(text(static_cast<Protocol>(200)).empty());
    CHECK_FALSE(find_protocol("gopher").has_value());
}

TEST_CASE("a name from a source is kept once, with its first time, from another source it is another clue")
{
    FlowFacts facts;
    const Timestamp later = Timestamp{} + std::chrono::seconds{1};
    CHECK(facts.add_name({"a.example", NameSource::tls_sni, Timestamp{}}));
    CHECK(facts.add_name({"a.example", NameSource::tls_sni, later}));
    CHECK(facts.add_name({"a.example", NameSource::http_host, later}));
    REQUIRE(facts.names.size() == 2);
    CHECK(facts.names[0].at == Timestamp{});
}

TEST_CASE("no more names are kept than the bound, but one that is there is no loss")
{
    FlowFacts facts;
    for (std::size_t count = 0; count < FlowFacts::max_names; ++count)
        CHECK(facts.add_name({std::to_string(count), NameSource::http_host, {}}));
    CHECK_FALSE(facts.add_name({"one more", NameSource::http_host, {}}));
    CHECK(facts.add_name({"7", NameSource::http_host, {}}));
    CHECK(facts.names.size() == FlowFacts::max_names);
}

TEST_CASE("TLS versions are written as they are called, others as numbers")
{
    CHECK(tls_version_text(0x0304) == "TLS 1.3");
    CHECK(tls_version_text(0xfefd) == "DTLS 1.2");
    CHECK(tls_version_text(0x7f1c) == "0x7f1c");
    CHECK(tls_version_text(0).empty());
}
