#include "report/words.h"

#include <doctest/doctest.h>

#include "tests/report/sample_report.h"

using namespace waybill;
using test::address_contact;
using test::capture_report;
using test::cited;
using test::contact;
using test::sinkhole_report;

TEST_CASE("a command is told as one would type it")
{
    CHECK(command_text({"acme", "-p", "hello"}) == "acme -p hello");
    CHECK(command_text({"sh", "-c", "echo 'a b'; true"}) == R"(sh -c 'echo '\''a b'\''; true')");
    CHECK(command_text({"acme", ""}) == "acme ''");
    CHECK(command_text({"a\nb"}) == "'a\\x0ab'");
}

TEST_CASE("an endpoint is told with its port, and its transport where that is not TCP")
{
    struct Row {
        const char* host;
        const char* address;
        Transport transport;
        const char* text;
    };
    const Row rows[] = {{"api.example", "192.0.2.1", Transport::tcp, "api.example:443"},
                        {"api.example", "192.0.2.1", Transport::udp, "api.example:443/udp"},
                        {nullptr, "192.0.2.1", Transport::tcp, "192.0.2.1:443"},
                        {nullptr, "2001:db8::1", Transport::sctp, "[2001:db8::1]:443/sctp"},
                        {nullptr, "2001:db8::1", Transport::icmp, "[2001:db8::1]/icmp"},
                        {nullptr, "192.0.2.1", Transport::other, "192.0.2.1/other"},
                        {"a b\u202e.example", "192.0.2.1", Transport::tcp, "a b\\u{202e}.example:443"}};
    for (const Row& row : rows) {
        CAPTURE(row.text);
        Contact seen = address_contact(row.address, 1).contact;
        if (row.host != nullptr)
            seen.endpoint.host = row.host;
        seen.endpoint.transport = row.transport;
        CHECK(endpoint_text(seen) == row.text);
    }
}

TEST_CASE("what named an endpoint is told, and what the name cannot say")
{
    Contact seen = contact("api.example", 1).contact;
    CHECK(named_by(seen) == "SNI, DNS");
    seen.resolution = Resolution::not_asked;
    seen.name_sources = {NameSource::http_host, NameSource::tls_sni};
    CHECK(named_by(seen) == "Host, SNI, no DNS");
    seen.outer_name_only = 1;
    CHECK(named_by(seen) == "Host, SNI, no DNS, outer name only");
    seen.flow_count = 4;
    CHECK(named_by(seen) == "Host, SNI, no DNS, outer name only in 1 of 4 flows");
    seen.tunnelled = true;
    seen.outer_name_only = 0;
    CHECK(named_by(seen) == "Host, SNI, no DNS, in a tunnel");

    Contact unnamed = address_contact("192.0.2.1", 1).contact;
    CHECK(named_by(unnamed) == "address, no DNS");
    unnamed.resolution = Resolution::local;
    CHECK(named_by(unnamed) == "local address");
    unnamed.resolution = Resolution::resolver;
    CHECK(named_by(unnamed) == "resolver");
    unnamed.resolution = Resolution::answered;
    CHECK(named_by(unnamed) == "address");
    unnamed.candidates = {"a.example", "b.example"};
    CHECK(named_by(unnamed) == "one of 2 names");
    unnamed.candidates.assign(Contact::kept_names, "a.example");
    CHECK(named_by(unnamed) == "one of 8 or more names");
}

TEST_CASE("the summary speaks of attempts in the sinkhole alone")
{
    CHECK(summary_sentence(sinkhole_report({contact("a.example", 1'000), contact("b.example", 1'000)})) ==
          "Attempted to contact 2 endpoints, 2 without a cited purpose · at most 1.8 kB of payload would have left · "
          "nothing lost");
    Report report = capture_report({contact("a.example", 1'000, cited("acme/api", {Purpose::telemetry}, "Takes it."))});
    CHECK(summary_sentence(report) ==
          "Contacted 1 endpoint, none without a cited purpose · at most 900 B of payload went out · nothing lost");
    report.gaps = {{GapKind::torn_input, 1, {}}};
    CHECK(summary_sentence(report).ends_with(" · input was lost, see Not seen"));
    CHECK(summary_sentence(sinkhole_report({})) == "Attempted to contact no endpoint · nothing lost");
}

TEST_CASE("payload inside a tunnel is not counted twice")
{
    auto inner = contact("inner.example", 1'000);
    inner.contact.tunnelled = true;
    const Report report = capture_report({inner, contact("vpn.example", 2'000)});
    CHECK(report.payload_out_at_most() == 1'800);
    CHECK(legend(report, Volumes::out_and_in).back().starts_with("in a tunnel:"));
}

TEST_CASE("the circumstances tell how a command ended")
{
    Report report = sinkhole_report({});
    CHECK(circumstances(report) == "exit 1 · 4.2 s · sinkhole: attempts only");
    report.run->exit = {137, 9};
    report.run->mode = NetworkMode::isolated;
    CHECK(circumstances(report) == "ended by signal 9 · 4.2 s · isolated");
    report.run->timed_out = true;
    CHECK(circumstances(report) == "ended by signal 9, for its time was over · 4.2 s · isolated");
    CHECK(circumstances(capture_report({})) == "capture · 120 packets · 12.0 s");
}

TEST_CASE("a report names the recipe that was followed, and says how far it came")
{
    Report report = sinkhole_report({});
    CHECK(recipe_note(report).empty());
    CHECK(recipe_note(capture_report({})).empty());
    RecipeRun& recipe = report.run->recipe.emplace();
    recipe.name = "one\x1b[1m";
    CHECK(recipe_note(report) == "recipe: one\\x1b[1m");
    recipe.account = "none";
    recipe.steps = {{RecipeStep::Kind::mark, StepOutcome::End::done, {}, {}},
                    {RecipeStep::Kind::idle, StepOutcome::End::failed, {}, {}}};
    CHECK(recipe_note(report) == "recipe: one\\x1b[1m · account, as declared: none · 1 of 2 steps done");
    recipe.failure = "steps[1], idle for 2 s: the command ended before";
    CHECK(recipe_note(report) ==
          "recipe: one\\x1b[1m · account, as declared: none · FAILED at steps[1], idle for 2 s: "
          "the command ended before");
}

TEST_CASE("a command that fails in the sinkhole after a contact is expected to, and one that fails otherwise is not")
{
    const Report failed = sinkhole_report({contact("a.example", 1)});
    CHECK(failure_note(failed) ==
          "exit 1: in the sinkhole connections are meant to fail, so a failing command is expected.");
    CHECK(failure_note(sinkhole_report({})).empty());
    CHECK(failure_note(capture_report({contact("a.example", 1)})).empty());
    for (const ExitStatus exit : {ExitStatus{0, 0}, ExitStatus{137, 9}}) {
        Report other = failed;
        other.run->exit = exit;
        CHECK(failure_note(other).empty());
    }
    Report isolated = failed;
    isolated.run->mode = NetworkMode::isolated;
    CHECK(failure_note(isolated).empty());
}

TEST_CASE("a command that hands its work over is told so loudly, with who has it now")
{
    Report report = test::five_endpoints();
    CHECK(hand_over_note(report).empty());
    report.hand_over = HandOver{HandOver::Kind::same_program, {1, "/tmp/profile/Socket", 77, "/usr/bin/browser"}};
    CHECK(hand_over_note(report).starts_with("HANDED OVER: the command spoke with an instance of its own program"));
    CHECK(hand_over_note(report).contains("/usr/bin/browser (pid 77), by /tmp/profile/Socket."));
    report.hand_over = HandOver{HandOver::Kind::nothing_else, {1, "@a\x1b[31m", 0, ""}};
    CHECK(hand_over_note(report).starts_with("HANDED OVER? The command contacted nobody itself"));
    CHECK(hand_over_note(report).contains("spoke with a process outside of this recording"));
    CHECK_FALSE(hand_over_note(report).contains('\x1b'));
}

TEST_CASE("a footnote tells who runs the endpoint, who says so, when it was read and where, and what")
{
    Rating rating = cited("acme/api", {Purpose::telemetry}, "Takes events.");
    CHECK(footnote(rating) == "Acme; vendor documentation, read 2026-10-02: Takes events.");
    rating.sources.front().read_via = "a mirror";
    rating.sources.push_back(rating.sources.front());
    CHECK(footnote(rating) ==
          "Acme; vendor documentation, read 2026-10-02 (in a mirror of the page), and 1 more source: Takes events.");
    rating.sources.clear();
    rating.purposes = {Purpose::telemetry, Purpose::feature_flag};
    CHECK(footnote(rating) ==
          "Acme: Takes events. Purposes: telemetry, feature-flag; metadata cannot tell them apart.");
}

TEST_CASE("what has no citation is not called undocumented")
{
    CHECK(uncited_note(test::rules_in_force()) ==
          "no cited purpose: not found in the sources cited by the 1 pack in force, read up to 2026-10-04");
    CHECK(uncited_note({}) == "no cited purpose: no rule pack was in force");
}

TEST_CASE(
    "gaps are told with the claims that they limit: lost input first, the mode's last, those without effect apart")
{
    CHECK(gap_sentences({}) == std::vector<std::string>{"nothing, as far as is known"});
    const std::string without_effect =
        "without effect on what is said here: the network is confined, files are not; 1 decryption secret in the "
        "capture, not used (lab.pcapng)";
    CHECK(gap_sentences({{GapKind::attempts_only, 1, {}},
                         {GapKind::files_unprotected, 1, {}},
                         {GapKind::mode_limits, 1, "the resolver of the system could not be masked"},
                         {GapKind::hello_truncated, 2, {}},
                         {GapKind::secrets_ignored, 1, "lab.pcapng"},
                         {GapKind::torn_input, 1, "lab.pcapng at octet 24"}}) ==
          std::vector<std::string>{
              "1 place where the input is torn or damaged (lab.pcapng at octet 24); limits every claim",
              "2 client hellos of which the end is missing; limits which name",
              "sinkhole: attempted contacts only, nobody was reached; limits what happens after the first contact",
              "the resolver of the system could not be masked; limits what it says", without_effect});
}

TEST_CASE("every kind of gap can be told in the singular")
{
    for (std::size_t kind = 0; kind < gap_kinds; ++kind) {
        const GapText& known = describe(static_cast<GapKind>(kind));
        CAPTURE(known.id);
        const std::string one = gap_text({known.kind, 1, {}});
        if (one == known.sentence)  // of the mode: no count
            continue;
        const std::string two = gap_text({known.kind, 2, {}});
        CHECK(two == "2 " + std::string{known.sentence});
        CHECK(one.starts_with("1 "));
        CHECK(one.substr(2) != two.substr(2));
    }
    CHECK(gap_text({GapKind::interface_dropped, 1, {}}) == "1 packet that the capture file says was lost");
    CHECK(gap_text({GapKind::head_malformed, 1, {}}) == "1 HTTP, SOCKS or SSH head that breaks its grammar");
}

TEST_CASE("the next commands are ones that exist, and ask about what has no citation first")
{
    Report report = sinkhole_report({contact("a.example", 1), contact("b.example", 1, cited("acme/api", {}, ""))});
    CHECK(next_commands(report, Listing::whole) == std::vector<std::string>{"waybill rules explain a.example",
                                                                            "waybill rules show acme/api",
                                                                            "waybill analyze acme-case --format json"});
    CHECK(next_commands(report, Listing::folded).at(1) == "waybill analyze acme-case --all");
    report.place = "it's here";
    CHECK(next_commands(report, Listing::folded).at(2) == R"(waybill analyze 'it'\''s here' --format json)");
    CHECK(next_commands(capture_report({address_contact("2001:db8::1", 1)}), Listing::whole) ==
          std::vector<std::string>{"waybill rules explain '[2001:db8::1]:443'", "waybill analyze lab.pcapng --all",
                                   "waybill analyze lab.pcapng --format json"});
}

TEST_CASE("numbers of footnotes are superscripts")
{
    CHECK(superscript(1) == "¹");
    CHECK(superscript(20) == "²⁰");
}
