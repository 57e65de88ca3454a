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

RatingSource to_rating(const Source& source)
{
    return {std::string{source.title},
            std::string{source.url},
            words(source.grade),
            text(source.read),
            std::string{source.read_via.value_or("")},
            std::string{source.paraphrase}};
}

}  // namespace

Rating rate(const Contact& contact, const RuleBook& book, const PublicSuffixList& suffixes)
{
    Rating rating;
    const EndpointQuery asked = query(contact.endpoint);
    if (asked.host)
        rating.domain = suffixes.registrable_domain(*asked.host);
    const auto match = book.decide(asked);
    if (!match)
        return rating;
    rating.purposes = match->rule->purposes;
    rating.vendor = match->rule->vendor;
    rating.rule = match->rule->id;
    rating.pack = match->pack->id;
    rating.why = match->why.pattern;
    rating.statement = match->rule->statement;
    std::vector<const Source*> sources;
    for (const Source& source : match->rule->sources)
        sources.push_back(&source);
    std::ranges::sort(sources, {}, [](const Source* source) { return std::pair{source->grade, source}; });
    for (const Source* const source : sources)
        rating.sources.push_back(to_rating(*source));
    return rating;
}

RuleSet identity(const RuleBook& book, const PublicSuffixList& suffixes, Digests digests)
{
    const bool computed = digests == Digests::computed;
    RuleSet set;
    for (const Pack& pack : book.packs())
        set.packs.push_back({std::string{pack.id}, text(pack.version), computed ? pack.digest() : std::string{},
                             text(read_dates(pack).latest)});
    set.public_suffix_list = suffixes.source() + (suffixes.version().empty() ? "" : " " + suffixes.version());
    if (computed)
        set.public_suffix_list += " " + suffixes.digest();
    return set;
}

}  // namespace waybill::rules
