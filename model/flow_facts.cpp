#include "model/flow_facts.h"

#include <algorithm>

namespace waybill {

bool FlowFacts::add_name(NameClue clue)
{
    const auto same = [&](const NameClue& known) { return known.source == clue.source && known.name == clue.name; };
    if (std::ranges::any_of(names, same))
        return true;
    if (names.size() >= max_names)
        return false;
    if (names.empty())
        names.reserve(2);  // most flows have one from their octets and one from DNS
    names.push_back(std::move(clue));
    return true;
}

void FlowFacts::clear()
{
    // One by one, which is less to do than assigning an empty one. A new field does not compile until it stands here:
    // what is left behind would be told of another flow.
    auto& [of_protocol, of_hello, of_ech, is_ambiguous, all_names, all_hellos, of_server, of_application] = *this;
    of_protocol = Protocol::unknown;
    of_hello = HelloState::absent;
    of_ech = EchState::not_offered;
    is_ambiguous = false;
    all_names.clear();
    if (!all_hellos.empty())
        all_hellos = {};
    of_server.reset();
    of_application.reset();
}

ApplicationFacts& FlowFacts::app()
{
    if (!application)
        application = std::make_unique<ApplicationFacts>();
    return *application;
}

}  // namespace waybill
