// waybill_lookups FOLDER...: loads the packs of these folders, looks up hosts that the patterns are made of and hosts
// that no pattern has, and prints what one look-up takes as JSON.
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "rules/rule_book.h"

namespace {

using waybill::Hostname;
using waybill::rules::EndpointQuery;
using waybill::rules::HostPattern;
using waybill::rules::RuleBook;

constexpr std::size_t most_queries = 20'000;
constexpr int rounds = 101;  // a third of a second: a busy neighbour slows some of them

/// Of this process so far: others may run, too.
double processor_seconds()
{
    timespec used{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

/// A name that a pattern matches: what a wildcard stands for is `x`.
std::string matching(const HostPattern& pattern)
{
    std::string name;
    bool in_braces = false;
    for (const char character : pattern.text()) {
        if (character == '*' || character == '{')
            name += 'x';
        in_braces = character == '{' || (in_braces && character != '}');
        if (!in_braces && character != '*' && character != '}')
            name += character;
    }
    return name;
}

/// Of every pattern, up to a bound, a name that it matches and one that nothing does.
std::vector<EndpointQuery> queries(const RuleBook& book)
{
    std::vector<EndpointQuery> all;
    for (const auto& pack : book.packs())
        for (const auto& rule : pack.rules)
            for (const HostPattern& pattern : rule.match.hosts)
                for (const std::string& name : {matching(pattern), "no-" + matching(pattern) + ".invalid"})
                    if (const auto host = Hostname::parse(name))
                        all.push_back({*host, {}, waybill::Port{443}, waybill::Transport::tcp});
    const std::size_t step = all.size() / most_queries + 1;
    std::vector<EndpointQuery> some;
    for (std::size_t at = 0; at < all.size(); at += step | 1U)  // an odd step takes both kinds
        some.push_back(std::move(all[at]));
    return some;
}

}  // namespace

int main(int argc, char** argv)
{
    constexpr int exit_usage = 64;
    std::vector<waybill::rules::PackFolder> folders;
    for (int i = 1; i < argc; ++i)
        folders.push_back({argv[i], waybill::rules::PackOrigin::shipped});  // NOLINT(*-pointer-arithmetic): main's own
    const auto book = RuleBook::read(folders);
    if (!book) {
        fmt::print(stderr, "waybill_lookups: {}\n", book.error().text());
        return exit_usage;
    }
    std::size_t patterns = 0;
    for (const auto& pack : book->packs())
        for (const auto& rule : pack.rules)
            patterns += rule.match.hosts.size();
    const auto asked = queries(*book);
    std::vector<double> nanoseconds;
    std::size_t found = 0;
    for (int round = 0; round < rounds; ++round) {
        const double start = processor_seconds();
        for (const EndpointQuery& query : asked)
            found += book->decide(query) ? 1U : 0U;
        nanoseconds.push_back((processor_seconds() - start) * 1e9 / static_cast<double>(asked.size()));
    }
    std::ranges::sort(nanoseconds);
    fmt::print(R"({{"patterns": {}, "hosts": {}, "found": {}, "nanoseconds": {:.1f}, "least": {:.1f}}})"
               "\n",
               patterns, asked.size(), found / rounds, nanoseconds[nanoseconds.size() / 2], nanoseconds.front());
    return 0;
}
