#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>

namespace waybill {

/// The paths of cgroups by the numbers that the kernel gives them (in cgroup v2 the inode of the folder), for a process
/// that has ended by the time its cgroup is asked for. One that is gone, too, is known as long as it was asked for
/// before.
class CgroupPaths {
public:
    /// How soon the hierarchy is looked through again for a number that was not there.
    static constexpr std::chrono::milliseconds least_pause{100};

    /// `hierarchy` is where cgroup v2 is mounted; empty: nowhere.
    explicit CgroupPaths(std::filesystem::path hierarchy) : hierarchy_{std::move(hierarchy)} {}

    /// From the hierarchy's root; nothing when there is none of that number.
    std::optional<std::string> find(std::uint64_t number);

private:
    void look_through();

    std::filesystem::path hierarchy_;
    std::unordered_map<std::uint64_t, std::string> paths_;
    std::optional<std::chrono::steady_clock::time_point> looked_;
};

}  // namespace waybill
