#include "rules/rate.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace waybill::rules {
namespace {

/// The grade as people read it: the hyphens are the file format's.
std::string words(SourceGrade grade)
{
    std::string spaced{text(grade)};
    std::ranges::replace(spaced, '-', ' ');
    return spaced;
}

RatingSource to_rating(const Source& source, Date day)
{
    return {std::string{source.title},
            std::string{source.url},
            words(source.grade),
            text(source.read),
            std::string{source.read_via.value_or("")},
            std::string{source.paraphrase},
            age_days(source, day)};
}

/// The version of the shipped pack in whose place this one stands.
std::string replaced_version(const RuleBook& book, const Pack& pack)
{
    const auto found = std::ranges::find(book.replaced(), pack.id, &ReplacedPack::id);
    return found == book.replaced().end() ? std::string{} : found->version;
}

}  // namespace

Date last_day(const Report& report)
{
    return last_day(report.run, report.totals);
}

Date last_day(const std::optional<Run>& run, const ReportTotals& totals)
{
    const Timestamp end = run ? run->ended : totals.last.value_or(Timestamp{});
    return std::chrono::floor<std::chrono::days>(end);
}

int age_days(const Source& source, Date day)
{
    return static_cast<int>((std::chrono::sys_days{day} - std::chrono::sys_days{source.read}).count());
}

std::string overridden(const RuleBook& book, const EndpointQuery& asked, const RuleCandidate& deciding)
{
    if (deciding.pack->origin != PackOrigin::own)
        return {};
    for (const RuleCandidate& each : book.candidates(asked))
        if (each.pack->origin == PackOrigin::shipped)
            return std::string{each.rule->id};
    return {};
}

Rating rating_of(const RuleCandidate& match, Date day)
{
    Rating rating;
    rating.purposes = match.rule->purposes;
    rating.vendor = match.rule->vendor;
    rating.rule = match.rule->id;
    rating.pack = match.pack->id;
    rating.why = match.why.pattern;
    rating.statement = match.rule->statement;
    rating.products.assign(match.rule->products.begin(), match.rule->products.end());
    for (const Operator& each : match.rule->operators)
        rating.operators.emplace_back(each.name);
    rating.opt_outs.assign(match.rule->opt_outs.begin(), match.rule->opt_outs.end());
    rating.sources = cite(match.rule->sources, day);
    return rating;
}

std::vector<RatingSource> cite(const std::vector<Source>& sources, Date day)
{
    std::vector<const Source*> sorted;
    sorted.reserve(sources.size());
    for (const Source& source : sources)
        sorted.push_back(&source);
    std::ranges::sort(sorted, {}, [](const Source* source) { return std::pair{source->grade, source}; });
    std::vector<RatingSource> cited;
    cited.reserve(sorted.size());
    for (const Source* const source : sorted)
        cited.push_back(to_rating(*source, day));
    return cited;
}

Rating rate(const Contact& contact, const RuleBook& book, const PublicSuffixList& suffixes, Date day)
{
    return rate(query(contact.endpoint), book, suffixes, day);
}

Rating rate(const EndpointQuery& asked, const RuleBook& book, const PublicSuffixList& suffixes, Date day)
{
    const auto match = book.decide(asked);
    Rating rating = match ? rating_of(*match, day) : Rating{};
    if (match)
        rating.overrides = overridden(book, asked, *match);
    if (asked.host)
        rating.domain = suffixes.registrable_domain(*asked.host);
    return rating;
}

RuleSet identity(const RuleBook& book, const PublicSuffixList& suffixes, Digests digests)
{
    const bool computed = digests == Digests::computed;
    RuleSet set;
    for (const Pack& pack : book.packs())
        set.packs.push_back({std::string{pack.id}, text(pack.version), computed ? pack.digest() : std::string{},
                             text(read_dates(pack).latest), pack.origin == PackOrigin::own,
                             replaced_version(book, pack)});
    set.public_suffix_list = suffixes.source() + (suffixes.version().empty() ? "" : " " + suffixes.version());
    if (computed)
        set.public_suffix_list += " " + suffixes.digest();
    return set;
}

}  // namespace waybill::rules
