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
    protocol = Protocol::unknown;
    hello = HelloState::absent;
    ech = EchState::not_offered;
    ambiguous = false;
    names.clear();
    if (!hellos.empty())
        hellos = {};
    server.reset();
    application.reset();
}

ApplicationFacts& FlowFacts::app()
{
    if (!application)
        application = std::make_unique<ApplicationFacts>();
    return *application;
}

}  // namespace waybill
