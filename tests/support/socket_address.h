#pragma once

#include <sys/socket.h>

namespace waybill::test {

/// An address of whatever family as the socket calls take it, borrowed.
template <typename Address>
sockaddr* as_sockaddr(Address& address)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the calls take all families as this one type
    return reinterpret_cast<sockaddr*>(&address);
}

}  // namespace waybill::test
