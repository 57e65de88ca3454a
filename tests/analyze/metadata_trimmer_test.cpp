#include "analyze/trim/metadata_trimmer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/analyze/event_text.h"
#include "tests/analyze/secret_talk.h"
#include "tests/analyze/trimmed_conversations.h"

using namespace waybill;
using test::OwnedPacket;
using test::Packets;
using test::Scenario;
using test::secret;

namespace {

void torn_heads(Packets& packets)
{
    auto talk = test::connection(packets, 8080);
    talk.client("GET /a HTTP/1.1\r\nHost: whole.example\r\n\r\n")
        .client("GET /b HTTP/1.1\r\nHost: torn.example\r\nX: ");
    talk.client_sequence += 1000;  // never captured, and no head can be finished
    for (int i = 0; i < 70; ++i)
        talk.client(test::with_secret("x"));
}

Packets trimmed(const Packets& packets)
{
    MetadataTrimmer trimmer;
    Packets kept;
    for (const OwnedPacket& packet : packets) {
        const MetadataTrimmer::Kept keep = trimmer.trim(packet.view());
        OwnedPacket copy = packet;
        copy.octets.resize(std::min(keep.octets, copy.octets.size()));
        copy.comment = keep.comment;
        kept.push_back(std::move(copy));
    }
    return kept;
}

std::string joined(const std::vector<std::string>& lines)
{
    std::string text;
    for (const std::string& line : lines)
        text += line + "\n";
    return text;
}

void check_equivalence(const Packets& packets)
{
    AnalysisOptions own;
    own.own_comments = true;
    const Packets kept = trimmed(packets);
    const test::Told full = test::told(packets);
    const test::Told again = test::told(kept, own);
    CHECK(joined(again.events) == joined(full.events));
    CHECK(again.gap(GapKind::comments_malformed) == 0);
    for (const GapKind kind : {GapKind::snap_length, GapKind::stream_missing, GapKind::dns_malformed,
                               GapKind::dns_truncated, GapKind::stream_ambiguous, GapKind::fragments_incomplete}) {
        CAPTURE(describe(kind).id);
        CHECK(again.gap(kind) == full.gap(kind));
    }
    for (const OwnedPacket& packet : kept) {
        CHECK_FALSE(as_text(packet.octets).contains(secret.substr(0, 12)));
        CHECK_FALSE(std::string_view{packet.comment}.contains(secret.substr(0, 12)));
    }
}

}  // namespace

TEST_CASE("a trimmed recording tells what the whole one tells, and holds no payload")
{
    for (const Scenario& scenario : test::scenarios()) {
        CAPTURE(scenario.what);
        Packets packets;
        scenario.write(packets);
        check_equivalence(packets);
    }
}

TEST_CASE("the same holds for all conversations in one recording")
{
    Packets packets;
    for (const Scenario& scenario : test::scenarios())
        scenario.write(packets);
    check_equivalence(packets);
}

TEST_CASE("a head that is never finished tells its names in both recordings, at the time of the packet that shows it")
{
    AnalysisOptions own;
    own.own_comments = true;
    Packets packets;
    torn_heads(packets);
    const test::Told full = test::told(packets);
    const test::Told again = test::told(trimmed(packets), own);
    CHECK(test::names(full.flows.at(0)) == test::names(again.flows.at(0)));
    CHECK(test::names(full.flows.at(0)).back() == "http-host torn.example");
    CHECK(full.flows.at(0).facts.names.back().at == packets.at(5).time);
}

TEST_CASE("the comments of a foreign capture are not believed, and that is counted")
{
    Packets packets;
    test::keep_alive(packets);
    const test::Told told = test::told(trimmed(packets));
    CHECK(told.flows.at(0).facts.names.empty());
    CHECK(told.gap(GapKind::comments_untrusted) == 2);
}
