#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/file_descriptor.h"
#include "capture/owner/cgroup.h"
#include "capture/owner/kernel_owners.h"
#include "tests/capture/events_of.h"

namespace waybill::test {

constexpr std::uint16_t server_port = 7007;

/// A program in a cgroup of its own and a network of its own, watched.
class Watched {
public:
    explicit Watched(std::uint32_t snaplen = 0, std::optional<std::uint32_t> most_entries = {});

    /// Whether this host permits it; says why not, so that a skipped test is never a silent one.
    bool permitted() const;

    /// Runs `program` in a process there, and reads what the kernel tells until it has ended.
    int run(const std::function<int()>& program);

    /// As run(), but reads only when the program has ended: what does not fit into the buffers by then is lost.
    int run_unread(const std::function<int()>& program);

    const std::vector<OwnerEvent>& events() const { return events_; }
    struct Seen {
        std::vector<std::byte> octets;
        std::uint32_t wire_length;
        bool is_inbound;
    };
    const std::vector<Seen>& packets() const { return packets_; }
    KernelOwners& owners() { return *owners_; }

    template <typename What>
    auto all() const
    {
        return events_of<What>(events_);
    }

private:
    pid_t start(const std::function<int()>& program) const;
    void read();

    std::string refusal_;
    std::optional<Cgroup> cgroup_;
    std::optional<KernelOwners> owners_;
    std::vector<OwnerEvent> events_;
    std::vector<Seen> packets_;
};

sockaddr_in loopback(std::uint16_t port);

/// Ends the process when there is none: for programs that are watched.
FileDescriptor make_socket(int family, int type, int protocol = 0);

/// Bound to server_port of the loopback interface, and listening where that is to be.
FileDescriptor server_socket(int type);

}  // namespace waybill::test
