#pragma once

#include <span>
#include <string_view>

#include "tests/analyze/secret_talk.h"

namespace waybill::test {

/// A conversation that a trimmed recording must tell as the whole one does, with the secret wherever payload is of no
/// use.
struct Scenario {
    std::string_view what;
    void (*write)(Packets& packets);  ///< behind the packets that are there
};

/// One for each protocol, and for each way in which a conversation can come.
std::span<const Scenario> scenarios();

/// The first of them: HTTP requests in one connection, the second with its head in two packets.
void keep_alive(Packets& packets);

}  // namespace waybill::test
