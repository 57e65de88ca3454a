#include "rules/rate.h"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "tests/rules/rule_pack_text.h"
#include "tests/rules/scratch_folder.h"

using namespace waybill;
using namespace waybill::rules;
using waybill::test::book;
using waybill::test::pack_text;
using waybill::test::rule_text;

namespace {

/// A small list of our own, so that nothing depends on the machine's.
PublicSuffixList suffixes()
{
    const waybill::test::ScratchFolder scratch;
    const auto file = scratch.path() / "suffixes.dat";
    std::ofstream{file} << "com\nuk\nco.uk\n";
    return PublicSuffixList::read(file).value();
}

Rating rating_of(const RuleBook& rules, std::optional<std::string> host)
{
    Contact contact;
    contact.endpoint = {std::move(host), IpAddress::parse("192.0.2.1").value(), Port{443}, Transport::tcp};
    return rate(contact, rules, suffixes(), parse_date("2026-04-11").value());
}

const std::string good = pack_text(rule_text("p/r", R"("hosts":["x.example.com"])", "x.example.com"));

}  // namespace

TEST_CASE("a contact is rated with its rule, what the rule says, and its registrable domain")
{
    const Rating rating = rating_of(book(good), "x.example.com");
    CHECK(rating.rule == "p/r");
    CHECK(rating.pack == "p");
    CHECK(rating.why == "x.example.com");
    CHECK(rating.statement == "Takes events.");
    CHECK(rating.domain == "example.com");
    REQUIRE(rating.sources.size() == 1);
    CHECK(rating.sources.front().grade == "vendor documentation");
    CHECK(rating.sources.front().age_days == 100);
    CHECK(rating.products == std::vector<std::string>{"Tool"});
    CHECK(rating.overrides.empty());
    CHECK(rating.is_cited());
}

TEST_CASE("a rule of one's own decides where a shipped one is as specific, and the rating says so")
{
    const auto with_own = [](const std::string& own) {
        std::vector<Pack> packs;
        packs.push_back(parse_pack(good, "p.json").value());
        packs.push_back(parse_pack(own, "own.json").value());
        packs.back().origin = PackOrigin::own;
        return RuleBook::from_packs(std::move(packs)).value();
    };
    const std::string as_specific =
        pack_text(rule_text("z/r", R"("hosts":["x.example.com"])", "x.example.com", R"("licensing")"), "z");
    const Rating rating = rating_of(with_own(as_specific), "x.example.com");
    CHECK(rating.rule == "z/r");
    CHECK(rating.overrides == "p/r");
    const std::string wider = pack_text(rule_text("a/r", R"("hosts":["*.example.com"])", "y.example.com"), "a");
    CHECK(rating_of(with_own(wider), "x.example.com").rule == "p/r");
    CHECK(rating_of(with_own(wider), "y.example.com").overrides.empty());
    const std::string same_pack = pack_text(rule_text("p/other", R"("hosts":["y.example.com"])", "y.example.com"));
    const RuleBook book = with_own(same_pack);
    CHECK(book.find_rule("p/r") == nullptr);
    const RuleSet set = identity(book, suffixes(), Digests::left_out);
    REQUIRE(set.packs.size() == 1);
    CHECK(set.packs.front().is_own);
    CHECK(set.packs.front().replaces == "2026-01-02");
}

TEST_CASE("a rating outlives the packs that it was made from")
{
    Rating rating;
    {
        const RuleBook rules = book(good);
        rating = rating_of(rules, "x.example.com");
    }
    CHECK(rating.sources.front().url == "https://example.com/page");
}

TEST_CASE("an endpoint without a rule is rated unknown, with its domain where it has a name")
{
    const RuleBook rules = book(good);
    CHECK(rating_of(rules, "a.b.co.uk").domain == "b.co.uk");
    CHECK(rating_of(rules, "co.uk").domain.empty());
    CHECK(rating_of(rules, std::nullopt).domain.empty());
    CHECK(rating_of(rules, "192.0.2.1").domain.empty());
    CHECK_FALSE(rating_of(rules, "a.b.co.uk").is_cited());
}

TEST_CASE("digests are told where they are asked for")
{
    const RuleBook rules = book(good);
    const PublicSuffixList list = suffixes();
    const RuleSet with = identity(rules, list, Digests::computed);
    CHECK(with.packs.front().digest == rules.packs().front().digest());
    CHECK(with.packs.front().digest.size() == 64);
    CHECK(with.public_suffix_list == list.source() + " " + list.digest());
    const RuleSet without = identity(rules, list, Digests::left_out);
    CHECK(without.packs.front().digest.empty());
    CHECK(without.packs.front().newest_source == "2026-01-01");
    CHECK(without.public_suffix_list == list.source());
}
