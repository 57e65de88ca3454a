#pragma once

#include <cstdint>
#include <string>

#include "model/endpoint.h"
#include "model/report.h"

namespace waybill::rules {

/// What counts as one endpoint over several recordings.
struct EndpointIdentity {
    enum class Kind : std::uint8_t {
        host,
        pattern,     ///< of a rule that names several hosts as one
        candidates,  ///< the names that are possible, where none is sure: "a.example or b.example"
        address,
    };

    std::string name;
    Kind kind = Kind::host;
    bool any_port = false;  ///< one of those that systems draw for whoever asks for any, on loopback
    Port port{};            ///< 0 where it is any, or the transport has none
    Transport transport{};

    friend auto operator<=>(const EndpointIdentity&, const EndpointIdentity&) = default;
};

/// A contact's: its host; the pattern of its rule where that has a wildcard inside a label or a {name}, for shards and
/// regions differ from run to run (a leading `*.` alone folds nothing); without a sure name the candidates, for
/// addresses differ from run to run, too; else the address. Drawn ports on loopback are one endpoint.
EndpointIdentity identity_of(const RatedContact& rated);

}  // namespace waybill::rules
