#include <doctest/doctest.h>

#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "rules/diff/compare.h"
#include "rules/diff/judge.h"
#include "tests/report/sample_report.h"

using namespace waybill;
using diff::FailOn;
using diff::Judgement;
using test::address_contact;
using test::cited;
using test::contact;

namespace {

using Contacts = std::vector<RatedContact>;
using Runs = std::vector<Report>;

const Rating telemetry = cited("acme/events", {Purpose::telemetry}, "Takes events.");
const Rating inference = cited("acme/api", {Purpose::model_inference}, "Answers prompts.");

Report run(Contacts contacts, NetworkMode mode = NetworkMode::sinkhole)
{
    Report report = test::sinkhole_report(std::move(contacts));
    report.run->mode = mode;
    return report;
}

Runs runs(std::size_t count, const Contacts& contacts)
{
    Runs all(count, run(contacts));
    return all;
}

Diff compare(const Runs& before, const Runs& after)
{
    return diff::compare({before, after});
}

/// "new a.example", in the order in which they are told.
std::vector<std::string> told(const Diff& compared)
{
    std::vector<std::string> lines;
    lines.reserve(compared.endpoints.size());
    for (const EndpointDiff& each : compared.endpoints)
        lines.push_back(std::string{text(each.verdict)} + " " + each.endpoint.name);
    return lines;
}

using Lines = std::vector<std::string>;

RatedContact with_flows(RatedContact rated, std::uint64_t flows)
{
    rated.contact.flow_count = flows;
    return rated;
}

std::shared_ptr<const TlsTraits> traits(std::vector<std::string> offered, std::string ja4)
{
    return std::make_shared<const TlsTraits>(TlsTraits{{std::move(offered)}, {"h2"}, {std::move(ja4)}});
}

/// Runs of one endpoint that send so much each.
Runs sending(const std::vector<std::uint64_t>& octets, NetworkMode mode = NetworkMode::sinkhole)
{
    Runs all;
    for (const std::uint64_t out : octets)
        all.push_back(run({contact("a.example", out)}, mode));
    return all;
}

}  // namespace

TEST_CASE("runs that contact the same endpoints in the same way do not differ")
{
    const Contacts contacts{contact("api.acme.example", 3'000, inference), contact("b.example", 900)};
    for (const std::size_t count : {1U, 3U}) {
        const Diff compared = compare(runs(count, contacts), runs(count, contacts));
        CHECK(compared.endpoints.empty());
        CHECK(compared.purposes.empty());
        CHECK(compared.same == 2);
        CHECK_FALSE(compared.has_differences());
        CHECK(diff::judge(compared, FailOn::any) == Judgement::no);
    }
}

TEST_CASE("new purposes come first, then new endpoints, what is gone, and what changed, each without a purpose first")
{
    const Rating update = cited("acme/update", {Purpose::update_check}, "Tells the newest version.");
    const Diff compared = compare(
        runs(3, {contact("api.example", 1'000, inference), contact("old.example", 1'000, update)}),
        runs(3, {with_flows(contact("api.example", 90'000, inference), 9), contact("events.example", 1'000, telemetry),
                 contact("a.example", 1'000, inference), contact("z.example", 1'000)}));
    CHECK(told(compared) ==
          Lines{"new events.example", "new z.example", "new a.example", "gone old.example", "undecided api.example"});
    CHECK(compared.endpoints[0].has_new_purpose);
    CHECK_FALSE(compared.endpoints[1].has_new_purpose);
    CHECK(compared.endpoints[0].seen == BeforeAfter<SeenIn>{{0, 3}, {3, 3}});
    REQUIRE(compared.purposes.size() == 2);
    CHECK(compared.purposes[0].purpose == Purpose::telemetry);
    CHECK(compared.purposes[0].verdict == DiffVerdict::appeared);
    REQUIRE(compared.purposes[0].endpoints.size() == 1);
    CHECK(compared.purposes[0].endpoints[0].name == "events.example");
    CHECK(compared.purposes[1].purpose == Purpose::update_check);
    CHECK(compared.purposes[1].verdict == DiffVerdict::gone);
}

TEST_CASE("presence is a difference where it is stable or a test shows it, and else varies")
{
    struct Row {
        const char* what;
        std::size_t before;
        std::size_t before_of;
        std::size_t after;
        std::size_t after_of;
        DiffVerdict verdict;
    };
    const Row rows[] = {
        {"one run a side", 0, 1, 1, 1, DiffVerdict::appeared},
        {"every run, and none", 3, 3, 0, 3, DiffVerdict::gone},
        {"sides of different size", 0, 5, 1, 1, DiffVerdict::appeared},
        {"some of few", 0, 3, 2, 3, DiffVerdict::varies},
        {"as often", 5, 10, 5, 10, DiffVerdict::varies},
        {"somewhat more often", 3, 10, 7, 10, DiffVerdict::varies},
        {"in most of many, and none", 0, 10, 9, 10, DiffVerdict::appeared},
        {"far more often", 1, 10, 10, 10, DiffVerdict::changed},
        {"far less often", 19, 20, 4, 20, DiffVerdict::changed},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto side = [](std::size_t count, std::size_t of) {
            Runs all = runs(count, {contact("always.example", 100), contact("a.example", 100)});
            const Runs without = runs(of - count, {contact("always.example", 100)});
            all.insert(all.end(), without.begin(), without.end());
            return all;
        };
        const Diff compared = compare(side(row.before, row.before_of), side(row.after, row.after_of));
        REQUIRE(compared.endpoints.size() == 1);
        CHECK(compared.endpoints[0].verdict == row.verdict);
        CHECK(compared.has_differences() == is_difference(row.verdict));
    }
}

TEST_CASE("bytes of one run a side count as changed beyond a tolerance")
{
    struct Row {
        std::uint64_t before;
        std::uint64_t after;
        bool changed;
    };
    const Row rows[] = {{1'000, 5'000, false},     {1'000, 5'200, true},     {5'200, 1'000, true},
                        {100'000, 190'000, false}, {100'000, 201'000, true}, {0, 4'096, false}};
    for (const Row& row : rows) {
        CAPTURE(row.before);
        CAPTURE(row.after);
        const Diff compared = compare(sending({row.before}), sending({row.after}));
        CHECK(compared.has_differences() == row.changed);
        if (row.changed) {
            CHECK(compared.endpoints[0].aspects[0].aspect == Aspect::ip_bytes_out);
            CHECK(compared.endpoints[0].aspects[0].numbers ==
                  BeforeAfter<Spread>{{row.before, row.before, row.before, 1}, {row.after, row.after, row.after, 1}});
            CHECK_FALSE(compared.endpoints[0].aspects[0].p.has_value());
        }
    }
}

TEST_CASE("flows of one run a side count as changed beyond a tolerance")
{
    const auto verdict = [](std::uint64_t before, std::uint64_t after) {
        return compare({run({with_flows(contact("a.example", 100), before)})},
                       {run({with_flows(contact("a.example", 100), after)})})
            .has_differences();
    };
    CHECK_FALSE(verdict(1, 3));
    CHECK(verdict(1, 4));
    CHECK_FALSE(verdict(10, 20));
    CHECK(verdict(21, 10));
}

TEST_CASE("bytes of several runs a side are tested, and left open where the runs are too few")
{
    const std::vector<std::uint64_t> low{1'000, 1'010, 1'020, 1'030, 1'040, 1'050, 1'060};
    const std::vector<std::uint64_t> high{2'000, 2'010, 2'020, 2'030, 2'040, 2'050, 2'060};
    const Diff tested = compare(sending(low), sending(high));
    REQUIRE(tested.endpoints.size() == 1);
    CHECK(tested.endpoints[0].verdict == DiffVerdict::changed);
    CHECK(tested.endpoints[0].aspects[0].p.value() == doctest::Approx(2.0 / 3432));
    CHECK(tested.tests == 1);

    const Diff few = compare(sending({1'000, 1'100}), sending({90'000, 90'100}));
    CHECK(told(few) == Lines{"undecided a.example"});
    CHECK_FALSE(few.has_differences());
    const Diff mixed = compare(sending({1'000, 90'000, 1'100}), sending({2'000, 80'000, 1'200}));
    CHECK(told(mixed) == Lines{"varies a.example"});
}

TEST_CASE("what a test shows and nobody need look at is no difference")
{
    const std::vector<std::uint64_t> low(8, 1'000);
    CHECK(compare(sending(low), sending(std::vector<std::uint64_t>(8, 1'020))).endpoints.empty());
    CHECK(told(compare(sending(low), sending(std::vector<std::uint64_t>(8, 1'100)))) == Lines{"changed a.example"});
}

TEST_CASE("what came in is compared of a real network, and not of the sinkhole, which answered itself")
{
    const auto side = [](std::uint64_t in, NetworkMode mode) {
        RatedContact rated = contact("a.example", 1'000);
        rated.contact.in.ip_bytes = in;
        return Runs{run({rated}, mode)};
    };
    CHECK(compare(side(1'000, NetworkMode::sinkhole), side(90'000, NetworkMode::sinkhole)).endpoints.empty());
    const Diff compared = compare(side(1'000, NetworkMode::isolated), side(90'000, NetworkMode::host));
    REQUIRE(compared.endpoints.size() == 1);
    CHECK(compared.endpoints[0].aspects.at(0).aspect == Aspect::ip_bytes_in);
}

TEST_CASE("a run in the sinkhole and one of a real network are compared by their endpoints alone")
{
    const Contacts small{contact("a.example", 1'000), contact("b.example", 10)};
    Contacts large{contact("a.example", 90'000)};
    large[0].contact.protocols = {Protocol::quic};
    const Diff compared = compare({run(small)}, {run(large, NetworkMode::isolated)});
    CHECK(compared.comparison == Comparison::endpoints_only);
    CHECK(told(compared) == Lines{"gone b.example"});
    CHECK(compare({run(small), run(small, NetworkMode::host)}, {run(large)}).comparison == Comparison::endpoints_only);
}

TEST_CASE("programs, protocols and what hellos offer are compared by value")
{
    Contacts before{contact("a.example", 1'000)};
    before[0].contact.tls = traits({"h2", "http/1.1"}, "t13a");
    Contacts after = before;
    after[0].contact.protocols = {Protocol::tls, Protocol::http};
    after[0].contact.tls = traits({"http/1.1"}, "t13b");
    const auto values = [](const Diff& compared) {
        Lines lines;
        for (const AspectDiff& each : compared.endpoints.at(0).aspects)
            lines.push_back(std::string{text(each.verdict)} + " " + std::string{text(each.aspect)} + " " + each.value);
        return lines;
    };
    const Lines expected{"new protocol http", "gone alpn-offered h2,http/1.1", "new alpn-offered http/1.1",
                         "gone ja4 t13a", "new ja4 t13b"};
    CHECK(values(compare({run(before)}, {run(after)})) == expected);
    CHECK(values(compare(runs(3, before), runs(3, after))) == expected);

    TlsTraits some = *after[0].contact.tls;
    some.more = true;
    after[0].contact.tls = std::make_shared<const TlsTraits>(some);
    CHECK(values(compare({run(before)}, {run(after)})) == Lines{"new protocol http"});
}

TEST_CASE("a value that every one of few contacts had is no difference where the endpoint itself comes and goes")
{
    const Contacts tls{contact("b.example", 10), contact("a.example", 1'000)};
    Contacts http = tls;
    http[1].contact.protocols = {Protocol::http};
    const Contacts none{contact("b.example", 10)};
    const Diff compared = compare({run(tls), run(none), run(none)}, {run(http), run(none), run(none)});
    CHECK(told(compared) == Lines{"varies a.example"});
    CHECK_FALSE(compared.has_differences());
}

TEST_CASE("bytes of the one run of several that contacted an endpoint are left open")
{
    struct Row {
        std::size_t before_of;
        std::size_t after_of;
        std::uint64_t after;
        DiffVerdict verdict;
        DiffVerdict of_bytes;
    };
    const Row rows[] = {{3, 3, 20'000, DiffVerdict::varies, DiffVerdict::undecided},
                        {3, 3, 90'000, DiffVerdict::varies, DiffVerdict::undecided},
                        {3, 1, 90'000, DiffVerdict::varies, DiffVerdict::undecided},
                        {1, 3, 90'000, DiffVerdict::varies, DiffVerdict::undecided},
                        {1, 1, 90'000, DiffVerdict::changed, DiffVerdict::changed}};
    const auto side = [](std::uint64_t out, std::size_t of) {
        Runs all = runs(of, {contact("b.example", 10)});
        all[0] = run({contact("b.example", 10), contact("a.example", out)});
        return all;
    };
    for (const Row& row : rows) {
        CAPTURE(row.before_of);
        CAPTURE(row.after_of);
        const Diff compared = compare(side(1'000, row.before_of), side(row.after, row.after_of));
        REQUIRE(compared.endpoints.size() == 1);
        CHECK(compared.endpoints[0].verdict == row.verdict);
        REQUIRE(compared.endpoints[0].aspects.size() == 1);
        CHECK(compared.endpoints[0].aspects[0].verdict == row.of_bytes);
        CHECK(diff::judge(compared, FailOn::any) == (is_difference(row.verdict) ? Judgement::yes : Judgement::no));
    }
}

TEST_CASE("a purpose whose endpoints come and go is new where every run has one of them")
{
    const Contacts first{contact("s1.example", 10, telemetry)};
    const Contacts second{contact("s2.example", 10, telemetry)};
    const Diff compared = compare(runs(3, {}), {run(first), run(second), run(first)});
    REQUIRE(compared.purposes.size() == 1);
    CHECK(compared.purposes[0].verdict == DiffVerdict::appeared);
    CHECK(compared.purposes[0].endpoints.size() == 2);
    CHECK(told(compared) == Lines{"varies s1.example", "varies s2.example"});
}

TEST_CASE("an uncited endpoint brings no purpose")
{
    const Rating known = cited("acme/x", {Purpose::unknown}, "Belongs to Acme.");
    const Diff compared = compare(runs(1, {}), runs(1, {contact("x.example", 10, known), contact("y.example", 10)}));
    CHECK(compared.purposes.empty());
    CHECK(told(compared) == Lines{"new x.example", "new y.example"});
}

TEST_CASE("the same program compared with itself shows a difference in one of twenty sets at most")
{
    std::mt19937 random{7};
    constexpr int repeats = 400;
    int differing = 0;
    const auto side = [&] {
        Runs all;
        for (int i = 0; i < 10; ++i) {
            Contacts contacts{contact("always.example", 1'000 + random() % 9'000, inference)};
            for (int each = 0; each < 6; ++each)
                if (random() % 2 == 0)
                    contacts.push_back(contact("c" + std::to_string(each) + ".example", 500 + random() % 20'000));
            all.push_back(run(contacts));
        }
        return all;
    };
    for (int i = 0; i < repeats; ++i)
        differing += compare(side(), side()).has_differences() ? 1 : 0;
    MESSAGE("sets of the same program that differed: ", differing, " of ", repeats);
    CHECK(differing <= repeats / 20);
}

TEST_CASE("lost input leaves open what rests on what a side did not contact")
{
    const Contacts some{contact("a.example", 10)};
    const Contacts more{contact("a.example", 10), contact("b.example", 10, telemetry)};
    const auto side = [](const Contacts& contacts, bool lost) {
        Report report = run(contacts);
        if (lost)
            report.gaps.push_back({GapKind::kernel_dropped, 3, {}});
        return Runs{report};
    };
    struct Row {
        const char* what;
        bool is_new;
        bool is_gone;
        bool lost_before;
        bool lost_after;
        FailOn asked;
        Judgement judgement;
    };
    using enum Judgement;
    const Row rows[] = {
        {"nothing is asked", true, false, true, true, FailOn::nothing, no},
        {"new, nothing lost", true, false, false, false, FailOn::new_endpoint, yes},
        {"a new purpose, nothing lost", true, false, false, false, FailOn::new_purpose, yes},
        {"new, and lost where it would have been before", true, false, true, false, FailOn::new_endpoint, open},
        {"new, and lost where it is", true, false, false, true, FailOn::new_endpoint, yes},
        {"none is new, and lost where one would be", false, false, false, true, FailOn::new_purpose, open},
        {"none is new, and lost where none matters", false, false, true, false, FailOn::new_endpoint, no},
        {"gone is not asked for", false, true, false, false, FailOn::new_endpoint, no},
        {"gone", false, true, false, false, FailOn::any, yes},
        {"gone, and lost where it would be", false, true, false, true, FailOn::any, open},
        {"any, and lost before", false, false, true, false, FailOn::any, open},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const Diff compared =
            compare(side(row.is_gone ? more : some, row.lost_before), side(row.is_new ? more : some, row.lost_after));
        CHECK(diff::judge(compared, row.asked) == row.judgement);
    }
}

TEST_CASE("each side tells its cases, modes, commands and gaps that limit a claim")
{
    Runs before = runs(2, {contact("a.example", 10)});
    before[0].place = "one";
    before[1].place = "two";
    before[1].run->command = {"other"};
    before[1].gaps.push_back({GapKind::kernel_dropped, 3, "eth0"});
    const Diff compared = compare(before, runs(1, {contact("a.example", 10)}));
    const DiffSide& side = compared.sides.before;
    CHECK(side.cases == Lines{"one", "two"});
    CHECK(side.modes == std::vector{NetworkMode::sinkhole});
    CHECK(side.commands.size() == 2);
    CHECK(side.gaps == std::vector<SideGap>{{GapKind::kernel_dropped, 3, 1, {"eth0"}},
                                            {GapKind::ech_outer_name_only, 2, 2},
                                            {GapKind::attempts_only, 2, 2}});
    CHECK(side.lost_input());
    CHECK_FALSE(compared.sides.after.lost_input());
    CHECK_FALSE(compared.has_one_run_a_side());
}
