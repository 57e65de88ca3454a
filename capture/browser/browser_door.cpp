#include "capture/browser/browser_door.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstdint>

#include "capture/browser/browser_shim.h"
#include "capture/network/preparation.h"
#include "capture/network/sockets.h"

namespace waybill {
namespace {

/// Nothing where none listens.
FileDescriptor connect_to(Port port)
{
    using namespace contained;
    for (const IpVersion version : {IpVersion::v4, IpVersion::v6})
        if (auto connection = connect_on_loopback(version, port))
            return *std::move(connection);
    return {};
}

}  // namespace

std::error_code BrowserDoor::open(uid_t uid, gid_t gid)
{
    auto pipe = BrowserShim::make(uid, gid);
    if (!pipe)
        return pipe.error();
    pipe_ = *std::move(pipe);
    contained::send_descriptor(line_.get(), pipe_);
    return {};
}

std::error_code BrowserDoor::attach(Loop& loop)
{
    return loop.watch(line_.get(), [this, &loop] { connect_where_asked(loop); });
}

void BrowserDoor::connect_where_asked(Loop& loop)
{
    std::uint16_t port = 0;
    const ssize_t count = ::recv(line_.get(), &port, sizeof port, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (count != sizeof port) {  // the keeper has gone
        loop.forget(line_.get());
        return;
    }
    if (const FileDescriptor connection = connect_to(Port{port}))
        contained::send_descriptor(line_.get(), connection);
    else
        contained::send_all(line_.get(), ".");
}

}  // namespace waybill
