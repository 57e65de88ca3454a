#include "rules/declared.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/ascii.h"
#include "rules/explain.h"

namespace waybill::rules {
namespace {

constexpr std::size_t few_names = 8;

bool is_same(std::string_view left, std::string_view right)
{
    return std::ranges::equal(left, right, {}, to_lower, to_lower);
}

/// Whether a rule speaks of the vendor or the product of that name.
bool is_about(const Rule& rule, std::string_view name)
{
    return is_same(rule.vendor, name) ||
           std::ranges::any_of(rule.products, [&](std::string_view product) { return is_same(product, name); });
}

std::string packs_text(const RuleBook& book, std::string_view name)
{
    std::vector<std::string_view> names;
    std::optional<ReadDates> dates;
    for (const Pack& pack : book.packs()) {
        if (std::ranges::none_of(pack.rules, [&](const Rule& rule) { return is_about(rule, name); }))
            continue;
        names.push_back(pack.id);
        const ReadDates of_pack = read_dates(pack);
        if (!dates)
            dates = of_pack;
        dates->oldest = std::min(dates->oldest, of_pack.oldest);
        dates->latest = std::max(dates->latest, of_pack.latest);
    }
    if (!dates)
        return {};
    return fmt::format("{} {}, whose sources were read between {} and {}", names.size() == 1 ? "pack" : "packs",
                       fmt::join(names, ", "), text(dates->oldest), text(dates->latest));
}

}  // namespace

std::optional<Declared> declared(const Report& report, const RuleBook& book, std::string_view name)
{
    Declared found;
    found.name = name;
    found.packs = packs_text(book, name);
    if (found.packs.empty())
        return std::nullopt;
    std::map<std::string_view, std::vector<std::size_t>> by_rule;
    for (std::size_t i = 0; i < report.contacts.size(); ++i) {
        const Rating& rating = report.contacts[i].rating;
        const Rule* const rule = rating.rule.empty() ? nullptr : book.find_rule(rating.rule);
        if (rule == nullptr)
            found.not_documented.push_back(i);
        else if (is_about(*rule, name))
            by_rule[rule->id].push_back(i);
        else
            found.of_others.push_back(i);
    }
    for (const Pack& pack : book.packs())
        for (const Rule& rule : pack.rules) {
            if (!is_about(rule, name))
                continue;
            const auto contacts = by_rule.find(rule.id);
            if (contacts == by_rule.end())
                found.not_seen.push_back({&rule, {}});
            else
                found.seen.push_back({&rule, contacts->second});
        }
    return found;
}

std::vector<std::string> similar_names(const RuleBook& book, std::string_view name)
{
    const auto lower = [](std::string_view text) {
        std::string copy{text};
        std::ranges::transform(copy, copy.begin(), to_lower);
        return copy;
    };
    std::set<std::string> names;
    const std::string wanted = lower(name);
    const auto offer = [&](std::string_view candidate) {
        const std::string known = lower(candidate);
        if (known.contains(wanted) || wanted.contains(known))
            names.emplace(candidate);
    };
    for (const Pack& pack : book.packs())
        for (const Rule& rule : pack.rules) {
            offer(rule.vendor);
            std::ranges::for_each(rule.products, offer);
        }
    std::vector<std::string> few{names.begin(), names.end()};
    few.resize(std::min(few.size(), few_names));
    return few;
}

}  // namespace waybill::rules
