#pragma once

#include "model/diff.h"
#include "tests/report/sample_report.h"

// Comparisons as the tests need them.

namespace waybill::test {

inline DiffEndpoint host(std::string name)
{
    return {std::move(name), Port{443}, Transport::tcp, DiffEndpoint::Kind::host};
}

inline EndpointDiff endpoint_diff(DiffVerdict verdict, std::string name, BeforeAfter<SeenIn> seen, Rating rating = {})
{
    EndpointDiff each;
    each.endpoint = host(std::move(name));
    each.verdict = verdict;
    each.seen = seen;
    each.rating = std::move(rating);
    each.programs = {"node"};
    const auto spread = [](const SeenIn& in, std::uint64_t number) {
        return in.count == 0 ? Spread{} : Spread{number, number, number, in.count};
    };
    each.ip_bytes_out = {spread(seen.before, 1'900), spread(seen.after, 1'900)};
    each.flows = {spread(seen.before, 1), spread(seen.after, 2)};
    return each;
}

inline DiffSide side(std::vector<std::string> cases)
{
    DiffSide made;
    made.cases = std::move(cases);
    made.modes = {NetworkMode::sinkhole};
    made.commands = {{"acme-coder", "-p", "hello"}};
    return made;
}

/// Three runs of a version and of the next one: of everything that a comparison can tell some.
inline Diff three_runs_a_side()
{
    const BeforeAfter<SeenIn> is_new{{0, 3}, {3, 3}};
    const BeforeAfter<SeenIn> is_gone{{3, 3}, {0, 3}};
    const BeforeAfter<SeenIn> always{{3, 3}, {3, 3}};
    const Rating telemetry = cited("acme/events", {Purpose::telemetry}, "Takes events.");
    Diff compared;
    compared.sides = {side({"v1/1", "v1/2", "v1/3"}), side({"v2/1", "v2/2", "v2/3"})};
    compared.sides.before.gaps = {{GapKind::attempts_only, 3, 3}};
    compared.sides.after.gaps = {{GapKind::kernel_dropped, 12, 1}, {GapKind::attempts_only, 3, 3}};
    compared.purposes = {{Purpose::telemetry, DiffVerdict::appeared, is_new, {}, {host("events.acme.example")}}};
    EndpointDiff events = endpoint_diff(DiffVerdict::appeared, "events.acme.example", is_new, telemetry);
    events.has_new_purpose = true;
    EndpointDiff api =
        endpoint_diff(DiffVerdict::changed, "api.acme.example", always,
                      cited("acme/api", {Purpose::model_inference, Purpose::authentication}, "Answers."));
    api.aspects = {{Aspect::ip_bytes_out,
                    DiffVerdict::undecided,
                    {},
                    {},
                    {{1'800, 1'900, 2'000, 3}, {8'000, 8'100, 8'200, 3}},
                    {}},
                   {Aspect::alpn_offered, DiffVerdict::gone, "h2,http/1.1", is_gone, {}, 0.1}};
    EndpointDiff cdn = endpoint_diff(DiffVerdict::varies, "cdn.acme.example", {{2, 3}, {1, 3}}, telemetry);
    cdn.p = 1.0;
    compared.endpoints = {events, endpoint_diff(DiffVerdict::appeared, "pum.collector.example", is_new),
                          endpoint_diff(DiffVerdict::gone, "old.acme.example", is_gone, telemetry), api, cdn};
    compared.same = 4;
    compared.tests = 2;
    compared.circumstances = {{"package acme", {{"1.0"}, {"1.1"}}}};
    compared.rules = rules_in_force();
    return compared;
}

}  // namespace waybill::test
