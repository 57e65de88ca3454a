#include "evidence/verify.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "evidence/bag.h"
#include "evidence/envelope.h"
#include "tests/evidence/sealed_case.h"

using namespace waybill;
using namespace waybill::evidence;
using test::faults_text;
using test::MemoryFolder;
using test::sealed;
using test::verified;
using Outcome = Verification::Outcome;

namespace {

const std::vector<SigningKey>& operators()
{
    static const std::vector<SigningKey> keys{SigningKey::generate(), SigningKey::generate()};
    return keys;
}

std::vector<PublicKey> public_keys(std::span<const SigningKey> keys)
{
    std::vector<PublicKey> all;
    for (const SigningKey& key : keys)
        all.push_back(key.public_key());
    return all;
}

std::span<const SigningKey> one_operator()
{
    return std::span{operators()}.first<1>();
}

const MemoryFolder::Files small{{"data/run.json", "{}\n"}, {"data/rules/a.json", "[1]"}, {"data/empty", ""}};

/// The faults of a sealed case that somebody changed.
std::string faults_after(const std::function<void(MemoryFolder&)>& change)
{
    const auto keys = public_keys(one_operator());
    MemoryFolder folder{sealed(small, one_operator())};
    change(folder);
    return faults_text(verify(folder, {keys, std::nullopt}));
}

void replace(std::string& text, std::string_view from, std::string_view to)
{
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a case that nobody changed is valid to who has the key, and intact to who has none")
{
    const auto files = sealed(small, one_operator());
    const auto keys = public_keys(operators());
    const Verification verification = verified(files, keys);
    CHECK(faults_text(verification).empty());
    CHECK(verification.outcome() == Outcome::valid);
    CHECK(verification.files == 3);
    CHECK(verification.octets == 6);
    CHECK(verification.bagging_date == "2026-11-27");
    CHECK(verification.signatures == std::vector<CheckedSignature>{{keys[0].id(), true}});
    CHECK(verified(files, {}).outcome() == Outcome::unknown_key);
    CHECK(verified(files, std::span{keys}.last<1>()).outcome() == Outcome::unknown_key);
}

TEST_CASE("several may sign one seal, and each is told with whether it is known")
{
    const auto files = sealed(small, operators());
    const auto keys = public_keys(operators());
    CHECK(verified(files, keys).outcome() == Outcome::valid);
    const Verification verification = verified(files, std::span{keys}.last<1>());
    CHECK(verification.outcome() == Outcome::valid);
    REQUIRE(verification.signatures.size() == 2);
    CHECK_FALSE(verification.signatures[0].verified);
    CHECK(verification.signatures[1].verified);
}

TEST_CASE("every flip of a single bit of a sealed case is found")
{
    const auto keys = public_keys(one_operator());
    MemoryFolder folder{sealed(small, one_operator())};
    std::uint64_t flips = 0;
    std::string missed;
    for (auto& [path, octets] : folder.files)
        for (char& octet : octets)
            for (unsigned bit = 0; bit < 8; ++bit) {
                const char before = octet;
                octet = static_cast<char>(static_cast<unsigned char>(octet) ^ (1U << bit));
                const Verification verification = verify(folder, {keys, std::nullopt});
                if (verification.outcome() != Outcome::broken)
                    missed += fmt::format("{} (bit {}) ", path, bit);
                ++flips;
                octet = before;
            }
    CHECK(missed.empty());
    CHECK(flips > 10'000);
    MESSAGE(flips << " flips, each found");
}

TEST_CASE("ten thousand changes at random of a larger case are found, and name what was changed")
{
    const auto keys = public_keys(one_operator());
    std::mt19937_64 draw{20261127};
    const auto below = [&](std::size_t bound) { return static_cast<std::size_t>(draw() % bound); };
    MemoryFolder::Files payload;
    for (int i = 0; i < 40; ++i) {
        std::string octets(below(6'000) + 1, '\0');
        for (char& octet : octets)
            octet = static_cast<char>(draw());
        payload.emplace(fmt::format("data/rules/{}.json", i), std::move(octets));
    }
    const MemoryFolder::Files whole = sealed(std::move(payload), one_operator());
    std::vector<std::string> paths;
    for (const auto& [path, octets] : whole)
        paths.push_back(path);
    MemoryFolder folder{whole};
    std::string missed;
    for (int change = 0; change < 10'000; ++change) {
        const std::string& path = paths[below(paths.size())];
        const std::string& other = paths[below(paths.size())];
        std::string& octets = folder.files[path];
        std::string named = path;
        const std::size_t kind = below(6);
        if (kind == 0)
            octets[below(octets.size())] ^= static_cast<char>(1U << below(8));
        else if (kind == 1)
            octets.resize(below(octets.size()));
        else if (kind == 2)
            octets.insert(below(octets.size() + 1), 1, 'x');
        else if (kind == 3)
            std::swap(octets, folder.files[other]);
        else if (kind == 4)
            folder.files[named = path + ".more"] = octets;
        else
            folder.files.erase(path);
        const bool is_changed = folder.files != whole;
        const Verification verification = verify(folder, {keys, std::nullopt});
        if (is_changed && (verification.outcome() != Outcome::broken || !faults_text(verification).contains(named)))
            missed += fmt::format("{} of {} ", kind, path);
        folder.files = whole;
    }
    CHECK(missed.empty());
}

TEST_CASE("whatever is done to a sealed case is told by the name of what it was done to")
{
    struct Row {
        const char* what;
        std::function<void(MemoryFolder&)> change;
        const char* fault;
    };
    using Kind = FolderEntry::Kind;
    const Row rows[] = {
        {"changed", [](MemoryFolder& bag) { bag.files["data/run.json"] = "[]\n"; },
         "data/run.json: was changed: it is not what manifest-sha256.txt says\n"},
        {"shortened", [](MemoryFolder& bag) { bag.files["data/run.json"] = "{}"; }, "data/run.json: was changed"},
        {"added", [](MemoryFolder& bag) { bag.files["data/more"] = "x"; },
         "data/more: is not of the bag: it was added\n"},
        {"added at the top", [](MemoryFolder& bag) { bag.files["more.txt"] = "x"; },
         "more.txt: is not of the bag: it was added\n"},
        {"an empty folder", [](MemoryFolder& bag) { bag.others["data/more"] = Kind::folder; },
         "data/more: is a folder that nothing of the bag stands in\n"},
        {"missing", [](MemoryFolder& bag) { bag.files.erase("data/rules/a.json"); }, "data/rules/a.json: is missing\n"},
        {"renamed",
         [](MemoryFolder& bag) {
             bag.files["data/rules/b.json"] = bag.files["data/rules/a.json"];
             bag.files.erase("data/rules/a.json");
         },
         "data/rules/b.json: is data/rules/a.json, renamed\n"},
        {"a link in place of a file",
         [](MemoryFolder& bag) {
             bag.files.erase("data/run.json");
             bag.others["data/run.json"] = Kind::link;
         },
         "data/run.json: is a symbolic link; a bag has none\n"},
        {"a pipe", [](MemoryFolder& bag) { bag.others["data/pipe"] = Kind::other; },
         "data/pipe: is neither a file nor a folder\n"},
        {"no seal", [](MemoryFolder& bag) { bag.files.erase("seal.dsse.json"); }, "seal.dsse.json: is missing\n"},
        {"no verdict", [](MemoryFolder& bag) { bag.files.erase("verdict.dsse.json"); },
         "verdict.dsse.json: is missing\n"},
        {"the verdict of another case",
         [](MemoryFolder& bag) {
             auto others = small;
             others["data/run.json"] = "[]\n";
             bag.files["verdict.dsse.json"] = sealed(others, one_operator())["verdict.dsse.json"];
         },
         "verdict.dsse.json: is not what was sealed\nverdict.dsse.json: is of other files than the case has\n"},
        {"something else in the verdict's place",
         [](MemoryFolder& bag) { bag.files["verdict.dsse.json"] = bag.files["fields.dsse.json"]; },
         "verdict.dsse.json: is not what was sealed\nverdict.dsse.json: says urn:waybill:fields:1, not "
         "https://in-toto.io/attestation/svr/v0.2\n"},
        {"no declaration", [](MemoryFolder& bag) { bag.files.erase("bagit.txt"); }, "bagit.txt: is missing\n"},
        {"another version of bags", [](MemoryFolder& bag) { replace(bag.files["bagit.txt"], "1.0", "0.97"); },
         "bagit.txt: is not the declaration of a BagIt 1.0 bag in UTF-8\n"},
        {"another date", [](MemoryFolder& bag) { replace(bag.files["bag-info.txt"], "2026", "2025"); },
         "bag-info.txt: is not what tagmanifest-sha256.txt says\n"},
        {"a field more", [](MemoryFolder& bag) { bag.files["bag-info.txt"] += "Note: x\n"; },
         "bag-info.txt: is not as Waybill writes it\n"},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string{row.what});
        const std::string faults = faults_after(row.change);
        CAPTURE(faults);
        CHECK(faults.contains(row.fault));
    }
}

TEST_CASE("one change is told as what it is, and not as ten")
{
    CHECK(faults_after([](MemoryFolder& bag) { bag.files["data/run.json"] = "[]\n"; }) ==
          "data/run.json: was changed: it is not what manifest-sha256.txt says\n");
    CHECK(faults_after([](MemoryFolder& bag) { bag.files.erase("data/rules/a.json"); }) ==
          "data/rules/a.json: is missing\n");
}

TEST_CASE("a manifest that was written anew for a changed file does not deceive the seal")
{
    const std::string faults = faults_after([](MemoryFolder& bag) {
        bag.files["data/run.json"] = "[]\n";
        MemoryFolder::Files payload;
        for (const auto& [path, octets] : bag.files)
            if (path.starts_with("data/"))
                payload.emplace(path, octets);
        MemoryFolder::Files forged = sealed(std::move(payload), std::span{operators()}.last<1>());
        forged["seal.dsse.json"] = bag.files["seal.dsse.json"];
        bag.files = std::move(forged);
    });
    CHECK(faults.contains("data/run.json: is not what was sealed\n"));
    CHECK(faults.contains("manifest-sha256.txt: is not what was sealed\n"));
}

TEST_CASE("a seal by somebody else's key is intact and not trusted, and one that lies about its key is broken")
{
    const auto keys = public_keys(one_operator());
    CHECK(verified(sealed(small, std::span{operators()}.last<1>()), keys).outcome() == Outcome::unknown_key);
    MemoryFolder::Files files = sealed(small, std::span{operators()}.last<1>());
    replace(files["seal.dsse.json"], operators()[1].public_key().id(), keys[0].id());
    CHECK(faults_text(verified(files, keys)) ==
          fmt::format("seal.dsse.json: the signature by key {} does not hold\n", keys[0].id()));
    files = sealed(small, one_operator());
    replace(files["seal.dsse.json"], keys[0].id(), operators()[1].public_key().id());
    CHECK(faults_text(verified(files, keys)).contains("that says it is by"));
}

TEST_CASE("an envelope without a signature, of another type or with more signatures than are read is no seal")
{
    const auto keys = public_keys(one_operator());
    const auto faults = [&](const std::function<void(Envelope&)>& change) {
        MemoryFolder::Files files = sealed(small, one_operator());
        auto envelope = parse_envelope(files["seal.dsse.json"]);
        REQUIRE(envelope.has_value());
        change(*envelope);
        files["seal.dsse.json"] = envelope_text(*envelope);
        return faults_text(verified(files, keys));
    };
    CHECK(faults([](Envelope& envelope) { envelope.signatures.clear(); }) == "seal.dsse.json: has no signature\n");
    CHECK(faults([](Envelope& envelope) { envelope.payload_type = "text/plain"; }).contains("holds text/plain, not"));
    CHECK(faults([](Envelope& envelope) {
              const Signature one = envelope.signatures.front();
              envelope.signatures.assign(most_signatures + 1, one);
          }).contains("there are more than 64"));
    CHECK(faults([](Envelope& envelope) {
              envelope.signatures.push_back(envelope.signatures.front());
          }).contains("two signatures by key"));
}

TEST_CASE("what is wrong beyond a bound is counted")
{
    const std::string faults = faults_after([](MemoryFolder& bag) {
        for (int i = 0; i < 300; ++i)
            bag.files[fmt::format("data/added-{}", i)] = "x";
    });
    CHECK(std::ranges::count(faults, '\n') == static_cast<std::ptrdiff_t>(Verification::most_faults));
}
