#include "evidence/custody.h"

#include <doctest/doctest.h>

#include <string>

#include "evidence/bag.h"
#include "evidence/checkpoints.h"
#include "evidence/timestamp.h"
#include "tests/evidence/sealed_case.h"

using namespace waybill;
using namespace waybill::evidence;

namespace {

/// Entries in one chain.
std::string chain(const std::vector<std::string>& events, const SigningKey* key = nullptr)
{
    Custody custody;
    std::string text;
    for (const std::string& what : events) {
        CustodyEntry entry{{custody.entries.size() + 1, custody.head, {}}, "2026-11-27T07:00:00Z", "ana", what, {}};
        if (key != nullptr)
            sign(entry, *key);
        text += custody_line(entry) + "\n";
        custody.head = line_digest(custody_line(entry));
        custody.entries.push_back(std::move(entry));
    }
    return text;
}

std::string fault_of(const std::string& text)
{
    const Custody custody = parse_custody(text);
    return custody.faults.empty() ? "" : custody.faults.front().item + ": " + custody.faults.front().what;
}

std::string replaced(std::string text, std::string_view from, std::string_view to)
{
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("custody reads back as it was written, each entry tied to the one before")
{
    const Custody custody = parse_custody(chain({"recorded", "handed to the lab", "r\u00e9vis\u00e9"}));
    CHECK(custody.faults.empty());
    REQUIRE(custody.entries.size() == 3);
    CHECK(custody.entries[1].what == "handed to the lab");
    CHECK(custody.entries[0].link.previous.empty());
    CHECK(custody.entries[2].link.previous.size() == 64);
    CHECK(parse_custody("").entries.empty());
}

TEST_CASE("an entry that was changed, taken out, put in or cut is told by its line")
{
    const std::string whole = chain({"one", "two", "three"});
    const std::size_t second = whole.find('\n') + 1;
    const std::size_t third = whole.find('\n', second) + 1;
    CHECK(fault_of(replaced(whole, "two", "too")).starts_with("custody.ndjson, line 3: it does not follow the line"));
    CHECK(fault_of(whole.substr(0, second) + whole.substr(third)) ==
          "custody.ndjson, line 2: it says that it is number 3");
    CHECK(fault_of(whole.substr(second)) == "custody.ndjson, line 1: it says that it is number 2");
    CHECK(fault_of(whole.substr(0, whole.size() - 1)) == "custody.ndjson, line 3: it does not end with a line feed");
    CHECK(fault_of(replaced(whole, "\"by\":", "\"by\": ")) ==
          "custody.ndjson, line 1: it is not written as Waybill writes it");
    CHECK(fault_of("{}\n") == "custody.ndjson, line 1: type: it is missing; add it");
}

TEST_CASE("a signed entry is held against the keys that are given")
{
    const SigningKey key = SigningKey::generate();
    const Custody custody = parse_custody(chain({"handed over"}, &key));
    REQUIRE(custody.entries.size() == 1);
    CHECK(is_signed_by(custody.entries[0], key.public_key()));
    CHECK_FALSE(is_signed_by(custody.entries[0], SigningKey::generate().public_key()));
    CustodyEntry changed = custody.entries[0];
    changed.what = "kept";
    CHECK_FALSE(is_signed_by(changed, key.public_key()));
}

TEST_CASE("what was noted down before a seal cannot be changed after it, what comes later is told as unchecked")
{
    const SigningKey key = SigningKey::generate();
    const std::vector<PublicKey> keys{key.public_key()};
    const std::string before = chain({"recorded", "copied"});
    const auto sealed = [&] {
        test::MemoryFolder::Files files{{"data/run.json", "{}"}};
        test::MemoryFolder folder{files};
        const auto payload = read_payload(folder);
        REQUIRE(payload.has_value());
        Seal seal = make_seal(*payload, {"2026-11-27", "Waybill", payload->octets, 1, 2, parse_custody(before).head},
                              nlohmann::ordered_json::object());
        sign(seal.envelope, key);
        for (const TagFile& tag : seal.tags)
            files.emplace(tag.path, tag.text);
        files.emplace(seal_file, envelope_text(seal.envelope));
        files.emplace(custody_file, before);
        return files;
    };
    auto files = sealed();
    CHECK(test::verified(files, keys).outcome() == Verification::Outcome::valid);
    CHECK(test::verified(files, keys).sealed_custody == 2);
    files["custody.ndjson"] = chain({"recorded", "copied", "handed over"});
    CHECK(test::verified(files, keys).outcome() == Verification::Outcome::valid);
    CHECK(test::verified(files, keys).unchecked_custody == 1);
    files["custody.ndjson"] = chain({"recorded", "copied", "handed over"}, &key);
    CHECK(test::faults_text(test::verified(files, keys)) == "custody.ndjson: is not what was sealed\n");
    files["custody.ndjson"] = chain({"recorded"});
    CHECK(test::faults_text(test::verified(files, keys)) == "custody.ndjson: has 1 entries, and 2 were sealed\n");
    files.erase("custody.ndjson");
    CHECK(test::faults_text(test::verified(files, keys)) == "custody.ndjson: is missing\n");
}

TEST_CASE("each file of a recording is held against every checkpoint, and what came after the last one is counted")
{
    const std::string packets = "0123456789";
    const auto digest = [](std::string_view text) { return line_digest(text); };
    std::string lines;
    std::string previous;
    std::uint64_t number = 0;
    const auto add = [&](std::uint64_t octets, const std::string& sha256) {
        const Checkpoint checkpoint{
            {++number, previous, {}}, "2026-11-27T07:00:00Z", 1'000, false, {{"packets-0001.pcapng", octets, sha256}}};
        lines += checkpoint_line(checkpoint) + "\n";
        previous = line_digest(checkpoint_line(checkpoint));
    };
    const auto verification = [&] {
        return test::verified({{"data/packets-0001.pcapng", packets}, {"data/checkpoints.ndjson", lines}}, {});
    };
    add(0, digest(""));
    add(4, digest("0123"));
    add(4, digest("0123"));
    add(8, digest("01234567"));
    CHECK(verification().outcome() == Verification::Outcome::not_sealed);
    CHECK(verification().checkpoints == 4);
    CHECK(verification().after_checkpoints == 2);
    add(9, digest("01234567x"));
    CHECK(test::faults_text(verification()) ==
          "data/packets-0001.pcapng: is not what was recorded: its first 9 octets were others\n");
    lines.clear();
    previous.clear();
    number = 0;
    add(11, digest("01234567890"));
    CHECK(test::faults_text(verification()) ==
          "data/packets-0001.pcapng: is not what was recorded: its first 11 octets were others\n");
    add(3, digest("012"));
    CHECK(test::faults_text(verification()).contains("line 2: packets-0001.pcapng has less than before"));
}

TEST_CASE("a time-stamp that is none, or of nothing that can be read, is refused")
{
    CHECK(check_timestamp("", "x", std::nullopt).error() ==
          "is no response of a time-stamp authority in DER (RFC 3161)");
    CHECK(check_timestamp(timestamp_request("x"), "x", std::nullopt).error().starts_with("is no response"));
    const std::string refused{"\x30\x05\x30\x03\x02\x01\x02", 7};  // PKIStatus rejection
    CHECK(check_timestamp(refused, "x", std::nullopt).error() == "says that the authority refused");
    const std::string empty{"\x30\x05\x30\x03\x02\x01\x00", 7};  // granted, without a token
    CHECK(check_timestamp(empty, "x", std::nullopt).error().starts_with("is no response"));
}
