#include "rules/endpoint_identity.h"

#include <string_view>

#include "base/joined.h"
#include "model/address.h"
#include "model/drawn_port.h"

namespace waybill::rules {
namespace {

using Kind = EndpointIdentity::Kind;

bool folds(std::string_view pattern)
{
    if (pattern.starts_with("*."))
        pattern.remove_prefix(2);
    return pattern.find_first_of("*{") != std::string_view::npos;
}

}  // namespace

EndpointIdentity identity_of(const RatedContact& rated)
{
    const Contact& contact = rated.contact;
    const Endpoint& endpoint = contact.endpoint;
    EndpointIdentity identity{.name = endpoint.address.text(),
                              .kind = Kind::address,
                              .any_port = is_loopback(endpoint.address) && endpoint.port >= first_drawn_port,
                              .port = endpoint.port,
                              .transport = endpoint.transport};
    if (identity.any_port)
        identity.port = Port{};
    if (endpoint.host && folds(rated.rating.why)) {
        identity.name = rated.rating.why;
        identity.kind = Kind::pattern;
    } else if (endpoint.host) {
        identity.name = *endpoint.host;
        identity.kind = Kind::host;
    } else if (!contact.candidates.empty()) {
        identity.name = joined(contact.candidates, " or ");
        identity.kind = Kind::candidates;
    }
    return identity;
}

}  // namespace waybill::rules
