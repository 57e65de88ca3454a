#include "rules/policy/readings.h"

#include "rules/rate.h"

namespace waybill::rules {

ContactReadings::ContactReadings(const Report& report, const RatedContact& rated, const JudgedWith& with)
{
    const Contact& contact = rated.contact;
    const PolicySubject own = subject_of(report, rated);
    one_of = !contact.endpoint.host && !contact.candidates.empty();
    if (!one_of)
        subjects.push_back(own);
    const std::vector<std::string>& names = one_of ? contact.candidates : contact.other_names;
    is_whole = names.size() < Contact::kept_names;
    for (const std::string& name : names) {
        const auto host = Hostname::parse(name);
        if (!host) {
            is_whole = false;
            continue;
        }
        PolicySubject subject = own;
        subject.endpoint.host = *host;
        subject.rating = &ratings.emplace_back(rate(subject.endpoint, with.book, with.suffixes, with.as_of));
        subjects.push_back(std::move(subject));
    }
    if (subjects.empty())
        subjects.push_back(own);
}

}  // namespace waybill::rules
