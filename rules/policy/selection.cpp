#include "rules/policy/selection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

namespace waybill::rules {
namespace {

template <class Value>
bool is_in(const std::vector<Value>& list, const Value& value)
{
    return std::ranges::find(list, value) != list.end();
}

/// Gathers how the lists of a selector hold; the first that does not ends it.
class Selecting {
public:
    explicit Selecting(const PolicySubject& subject) : subject_{subject} {}

    std::optional<Selection> run(const ContactSelector& selector)
    {
        add_endpoint(selector);
        add_vendor(selector.vendors);
        add_purposes(selector.purposes);
        const Contact& contact = *subject_.contact;
        const Port port = contact.endpoint.port;
        add_condition(
            selector.ports, [&](const PortRange& range) { return range.contains(port); }, "port",
            [&](const PortRange& range) { return range.text(); });
        add_condition(
            selector.transports, [&](Transport each) { return each == contact.endpoint.transport; }, "transport",
            [](Transport each) { return std::string{waybill::text(each)}; });
        add_condition(
            selector.protocols, [&](Protocol each) { return is_in(contact.protocols, each); }, "protocol",
            [](Protocol each) { return std::string{waybill::text(each)}; });
        add_condition(
            selector.processes, [&](const std::string& each) { return runs(each); }, "process",
            [](const std::string& each) { return each; });
        add_condition(
            selector.packages, [&](const std::string& each) { return is_of_package(each); }, "package",
            [](const std::string& each) { return each; });
        add_condition(
            selector.products, [&](const std::string& each) { return is_in(subject_.rating->products, each); },
            "product", [](const std::string& each) { return each; });
        add_condition(
            selector.grades, [&](SourceGrade each) { return is_graded(each); }, "source grade",
            [](SourceGrade each) { return std::string{rules::text(each)}; });
        add_condition(
            selector.phases, [&](const std::string& each) { return is_in_phase(each); }, "phase",
            [](const std::string& each) { return each; });
        if (!holds_)
            return std::nullopt;
        if (conditions_ > 0 && found_.specificity.level != Specificity::Level::any)
            --conditions_;  // the one that gives the level is none
        found_.specificity.conditions = conditions_;
        found_.by = fmt::format("{}", fmt::join(words_, ", "));
        return found_;
    }

private:
    void add(Specificity specificity, std::string words)
    {
        found_.specificity = std::max(found_.specificity, specificity);
        words_.push_back(std::move(words));
        ++conditions_;
    }

    void add_endpoint(const ContactSelector& selector)
    {
        if (selector.hosts.empty() && selector.addresses.empty())
            return;
        std::optional<std::pair<Specificity, std::string>> best;
        const auto offer = [&](const Specificity& specificity, std::string words) {
            if (!best || best->first < specificity)
                best.emplace(specificity, std::move(words));
        };
        if (subject_.endpoint.host)
            for (const HostPattern& pattern : selector.hosts)
                if (pattern.matches(*subject_.endpoint.host))
                    offer(pattern.specificity(),
                          fmt::format("{} {}",
                                      pattern.level() == Specificity::Level::registrable_domain ? "domain" : "host",
                                      pattern.text()));
        const IpAddress& address = subject_.contact->endpoint.address;
        for (const AddressRange& range : selector.addresses)
            if (range.contains(address))
                offer(specificity(range), fmt::format("address {}", text(range)));
        holds_ = holds_ && best.has_value();
        if (best)
            add(best->first, std::move(best->second));
    }

    void add_vendor(const std::vector<std::string>& vendors)
    {
        if (vendors.empty())
            return;
        const std::string& vendor = subject_.rating->vendor;
        holds_ = holds_ && is_in(vendors, vendor);
        add({.level = Specificity::Level::vendor, .length = 0, .literal_characters = 0, .conditions = 0},
            fmt::format("vendor {}", vendor));
    }

    void add_purposes(const std::vector<Purpose>& wanted)
    {
        if (wanted.empty())
            return;
        std::vector<std::string_view> named;
        const std::vector<Purpose>& purposes = subject_.rating->purposes;
        for (const Purpose purpose : purposes)
            if (is_in(wanted, purpose))
                named.push_back(waybill::text(purpose));
        holds_ = holds_ && !named.empty();
        found_.in_part = named.size() < purposes.size();
        add({.level = Specificity::Level::purpose, .length = 0, .literal_characters = 0, .conditions = 0},
            fmt::format("purpose {}", fmt::join(named, " and ")));
    }

    template <class Value, class Holds, class Word>
    void add_condition(const std::vector<Value>& list, const Holds& holds, std::string_view what, const Word& word)
    {
        if (list.empty())
            return;
        const auto found = std::ranges::find_if(list, holds);
        holds_ = holds_ && found != list.end();
        if (found == list.end())
            return;
        words_.push_back(fmt::format("{} {}", what, word(*found)));
        ++conditions_;
    }

    bool runs(const std::string& program) const
    {
        const Process* const process = subject_.process;
        if (process == nullptr)
            return false;
        const auto is_it = [&](const std::string& path) {
            return !path.empty() && (path == program || std::filesystem::path{path}.filename() == program);
        };
        return is_it(process->executable.path) || (process->script && is_it(process->script->path));
    }

    bool is_of_package(const std::string& written) const
    {
        const Process* const process = subject_.process;
        if (process == nullptr || !process->package)
            return false;
        const Package& package = *process->package;
        return written == package.name || written == fmt::format("{}@{}", package.name, package.version);
    }

    /// Ratings write grades as people read them.
    bool is_graded(SourceGrade grade) const
    {
        const std::vector<RatingSource>& sources = subject_.rating->sources;
        std::string words{rules::text(grade)};
        std::ranges::replace(words, '-', ' ');
        return !sources.empty() && sources.front().grade == words;
    }

    bool is_in_phase(const std::string& word) const
    {
        return subject_.phase != nullptr && phase_word(*subject_.phase) == word;
    }

    const PolicySubject& subject_;
    Selection found_;
    bool holds_ = true;
    unsigned conditions_ = 0;
    std::vector<std::string> words_;
};

}  // namespace

std::optional<Selection> select(const ContactSelector& selector, const PolicySubject& subject)
{
    return Selecting{subject}.run(selector);
}

std::string phase_word(const Phase& phase)
{
    switch (phase.opening) {
        using enum Phase::Opening;
        case recording:
            return "start";
        case mark:
            return phase.label;
        case command_exit:
            break;
    }
    return "after-exit";
}

PolicySubject subject_of(const Report& report, const RatedContact& rated)
{
    const std::uint64_t process = rated.contact.owner.process;
    PolicySubject subject{&rated.contact, &rated.rating, nullptr, nullptr, query(rated.contact.endpoint)};
    if (process != 0 && process <= report.processes.size())
        subject.process = &report.processes[process - 1];
    return subject;
}

bool goes_by_name(const ContactSelector& selector)
{
    return !selector.hosts.empty() || !selector.vendors.empty() || !selector.purposes.empty() ||
           !selector.products.empty() || !selector.grades.empty();
}

std::vector<ContactPhase> phases_of(const Report& report, const Contact& contact)
{
    static const Phase whole{};
    if (report.phases.empty())
        return {{0, &whole, contact.flow_count, contact.out}};
    std::vector<ContactPhase> phases;
    for (const PhaseVolume& volume : contact.phases)
        if (volume.phase < report.phases.size())
            phases.push_back({volume.phase, &report.phases[volume.phase].phase, volume.flows, volume.out});
    return phases;
}

}  // namespace waybill::rules
