#include "rules/coverage.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "base/text.h"
#include "rules/rate.h"

namespace waybill::rules {
namespace {

/// Adds up what the packs hold.
class Counting {
public:
    Counting(const RuleBook& book, Date today) : book_{book}, today_{today} {}

    Coverage run()
    {
        for (const Pack& pack : book_.packs()) {
            ++found_.packs;
            for (const Rule& rule : pack.rules)
                add(rule);
            for (const Switch& each : pack.switches)
                add(pack, each);
        }
        found_.patterns = patterns_.size();
        found_.products = products_.size();
        return std::move(found_);
    }

private:
    void add(const Rule& rule)
    {
        ++found_.rules;
        Coverage::OfVendor& vendor = found_.vendors[std::string{rule.vendor}];
        ++vendor.rules;
        vendor.patterns += rule.match.hosts.size() + rule.match.addresses.size();
        for (const HostPattern& pattern : rule.match.hosts)
            patterns_.insert(pattern.text());
        for (const AddressRange& range : rule.match.addresses)
            patterns_.insert(text(range));
        products_.insert(rule.products.begin(), rule.products.end());
        for (const Purpose purpose : rule.purposes)
            ++found_.rules_by_purpose[purpose];
        for (const Source& source : rule.sources)
            add(source);
        const bool is_weak = std::ranges::all_of(
            rule.sources, [](const Source& source) { return source.grade >= SourceGrade::third_party; });
        found_.third_party_alone += is_weak ? 1U : 0U;
    }

    void add(const Pack& pack, const Switch& each)
    {
        ++found_.switches;
        found_.settable += each.set.is_settable() ? 1U : 0U;
        ++found_.vendors[std::string{pack.vendor}].switches;
        products_.insert(each.products.begin(), each.products.end());
        for (const Source& source : each.sources)
            add(source);
    }

    void add(const Source& source)
    {
        ++found_.sources;
        found_.mirrored += source.read_via ? 1U : 0U;
        ++found_.sources_by_grade[source.grade];
        const int age = age_days(source, today_);
        const auto bucket = std::ranges::find_if(Coverage::ages, [&](int most) { return age <= most; });
        ++found_.sources_by_age.at(static_cast<std::size_t>(bucket - Coverage::ages.begin()));
    }

    const RuleBook& book_;
    Date today_;
    Coverage found_;
    std::set<std::string> patterns_;
    std::set<std::string_view> products_;
};

std::string age_words(std::size_t bucket)
{
    return bucket < Coverage::ages.size() ? fmt::format("up to {} days old", Coverage::ages.at(bucket))
                                          : fmt::format("older than {} days", Coverage::ages.back());
}

}  // namespace

Coverage coverage(const RuleBook& book, Date today)
{
    return Counting{book, today}.run();
}

std::string coverage_text(const Coverage& coverage)
{
    std::string out = fmt::format(
        "{} packs: {} rules with {} patterns, for {} vendors and {} products\n"
        "{} documented switches, of which a program can set {}\n"
        "{} sources, of which {} were read in a mirror or a copy; {} rules rest on third parties alone\n",
        coverage.packs, coverage.rules, coverage.patterns, coverage.vendors.size(), coverage.products,
        coverage.switches, coverage.settable, coverage.sources, coverage.mirrored, coverage.third_party_alone);
    out += "\nsources by grade\n";
    for (const auto& [grade, count] : coverage.sources_by_grade)
        out += fmt::format("{:>6}  {}\n", count, text(grade));
    out += "\nsources by age\n";
    for (std::size_t i = 0; i < coverage.sources_by_age.size(); ++i)
        out += fmt::format("{:>6}  {}\n", coverage.sources_by_age.at(i), age_words(i));
    out += "\nrules by purpose (one with several counts for each)\n";
    for (const auto& [purpose, count] : coverage.rules_by_purpose)
        out += fmt::format("{:>6}  {}\n", count, waybill::text(purpose));
    out += "\nrules  patterns  switches  vendor\n";
    std::vector<std::pair<std::string, Coverage::OfVendor>> vendors{coverage.vendors.begin(), coverage.vendors.end()};
    std::ranges::stable_sort(
        vendors, [](const auto& left, const auto& right) { return left.second.patterns > right.second.patterns; });
    for (const auto& [name, vendor] : vendors)
        out +=
            fmt::format("{:>5}  {:>8}  {:>8}  {}\n", vendor.rules, vendor.patterns, vendor.switches, printable(name));
    return out;
}

std::string coverage_json(const Coverage& coverage)
{
    using Json = nlohmann::ordered_json;
    Json json{{"packs", coverage.packs},
              {"rules", coverage.rules},
              {"patterns", coverage.patterns},
              {"vendors", coverage.vendors.size()},
              {"products", coverage.products},
              {"switches", coverage.switches},
              {"settable_switches", coverage.settable}};
    json["sources"] = coverage.sources;
    json["sources_read_elsewhere"] = coverage.mirrored;
    json["rules_by_third_parties_alone"] = coverage.third_party_alone;
    for (const auto& [grade, count] : coverage.sources_by_grade)
        json["sources_by_grade"][std::string{text(grade)}] = count;
    for (std::size_t i = 0; i < coverage.sources_by_age.size(); ++i)
        json["sources_by_age"][age_words(i)] = coverage.sources_by_age.at(i);
    for (const auto& [purpose, count] : coverage.rules_by_purpose)
        json["rules_by_purpose"][std::string{waybill::text(purpose)}] = count;
    for (const auto& [name, vendor] : coverage.vendors)
        json["by_vendor"][name] = {
            {"rules", vendor.rules}, {"patterns", vendor.patterns}, {"switches", vendor.switches}};
    return json_without_hidden(json.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

}  // namespace waybill::rules
