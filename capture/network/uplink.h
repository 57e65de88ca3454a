#pragma once

#include <sys/types.h>

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/file_descriptor.h"
#include "capture/child_process.h"
#include "capture/network/host_resolver.h"
#include "capture/network/run_error.h"

namespace waybill::contained {

/// A program that joins a network namespace to the host's network with the sockets of an ordinary user.
enum class UplinkKind : std::uint8_t { pasta, slirp4netns };

constexpr std::string_view text(UplinkKind kind)
{
    return kind == UplinkKind::pasta ? "pasta" : "slirp4netns";
}

struct UplinkChoice {
    UplinkKind kind = UplinkKind::pasta;
    std::filesystem::path program;
    std::string resolv_conf;  ///< for the namespace
};

/// What this host has: pasta, which also does IPv6 and shows the host's own address, else slirp4netns, which can relay
/// questions to a resolver on the host's loopback interface. `wanted` allows one alone. The error says what is missing
/// and how to mend it: the programs, or /dev/net/tun, which must be open to the calling user.
std::expected<UplinkChoice, RunError> choose_uplink(const std::optional<UplinkKind>& wanted,
                                                    const HostResolver& resolver);

/// A running uplink. It ends with this object, and with the calling process, however that ends; signals of the terminal
/// do not reach it.
class Uplink {
public:
    /// Its interface in the namespace.
    static constexpr const char* interface_name = "eth0";

    /// Joins the network namespace of process `target`; the interface appears there a moment later.
    static std::expected<Uplink, RunError> start(const UplinkChoice& choice, pid_t target);

    int descriptor() const { return words_end_.get(); }  ///< can be read when it says something, or has ended; borrowed

    /// Reads what it says; false once it has ended.
    bool listen();

    /// Has it ended, without waiting for that.
    void end() { leash_.reset(); }

    /// What it said, the beginning of it.
    const std::string& words() const { return words_; }

private:
    Uplink(ChildProcess keeper, FileDescriptor leash, FileDescriptor words_end)
        : keeper_{std::move(keeper)}, leash_{std::move(leash)}, words_end_{std::move(words_end)}
    {
    }

    ChildProcess keeper_;  // it ends the program when the leash goes, which is before it is waited for
    FileDescriptor leash_;
    FileDescriptor words_end_;
    std::string words_;
};

/// Which default routes a network namespace has.
struct DefaultRoutes {
    bool ipv4 = false;
    bool ipv6 = false;

    friend bool operator==(const DefaultRoutes&, const DefaultRoutes&) = default;
};

/// Those of the calling process's network namespace.
DefaultRoutes read_default_routes();

/// Those that an uplink of that kind brings, on a host that has these.
DefaultRoutes routes_over(UplinkKind kind, const DefaultRoutes& host);

}  // namespace waybill::contained
