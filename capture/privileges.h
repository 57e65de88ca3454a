#pragma once

#include <sys/types.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace waybill {

/// A user to become, with what its environment says about it.
struct UserIdentity {
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups;  ///< supplementary groups
    std::string name;           ///< empty when the user data base has none
    std::string home;
    std::string shell;

    friend bool operator==(const UserIdentity&, const UserIdentity&) = default;
};

/// The user who called sudo, when this process runs as root because of it (SUDO_UID, SUDO_GID, sudo(8)).
std::optional<UserIdentity> user_behind_sudo();

/// The user of that name or number; nothing when the data base has none.
std::optional<UserIdentity> find_user(const std::string& name_or_uid);

/// Its number alone, which needs no entry: users of containers have none on the host.
std::optional<std::uint32_t> find_uid(const std::string& name_or_uid);

/// A set of capabilities by their numbers in linux/capability.h.
class CapabilitySet {
public:
    constexpr CapabilitySet() = default;
    constexpr CapabilitySet(std::initializer_list<unsigned> capabilities)
    {
        for (const unsigned capability : capabilities)
            bits_ |= std::uint64_t{1} << capability;
    }
    constexpr bool contains(unsigned capability) const { return ((bits_ >> capability) & 1U) != 0; }
    constexpr std::uint64_t bits() const { return bits_; }
    constexpr bool empty() const { return bits_ == 0; }

private:
    std::uint64_t bits_ = 0;
};

/// Takes on `user`: groups, then gid and uid, real, effective and saved. Capabilities are kept permitted (not
/// effective) until set_capabilities() says which of them.
std::error_code become(const UserIdentity& user);

/// The same as a login does it: root's capabilities go, and what is executed can gain some.
std::error_code become_wholly(const UserIdentity& user);

/// Leaves this process, and every program it executes, no more than `kept`: bounding, ambient, inheritable, permitted
/// and effective sets. Needs CAP_SETPCAP.
std::error_code restrict_capabilities(CapabilitySet kept);

/// Leaves root, and every program it executes, nothing but its files: what is read next is a stranger's. Nobody else
/// has more to lose.
std::error_code keep_only_files();

/// A program executed from now on gains nothing from set-user-ID bits or file capabilities.
std::error_code forbid_new_privileges();

}  // namespace waybill
