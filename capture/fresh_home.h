#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "capture/network/run_error.h"
#include "capture/privileges.h"

namespace waybill {

/// A folder that becomes a command's HOME, with the XDG folders in it and nothing else but what is written into it
/// before the command gets it.
class FreshHome {
public:
    /// Makes it in the case's folder, as its `home`, which must not be there or be empty. Where it is to be another
    /// user's, who cannot reach the case, it is made in a temporary place and goes with this object.
    static std::expected<FreshHome, RunError> make(const std::filesystem::path& case_folder,
                                                   const std::optional<UserIdentity>& user);

    FreshHome(FreshHome&& other) noexcept;
    FreshHome& operator=(FreshHome&&) = delete;
    ~FreshHome();

    /// Writes a file for its owner's eyes, and makes the folders that it is in. `path` is relative and has no `..`.
    std::expected<void, RunError> write(std::string_view path, std::string_view octets);

    /// From here on it is the user's: nothing is written into it any more.
    std::expected<void, RunError> give_away();

    const std::filesystem::path& path() const { return path_; }  ///< absolute

private:
    FreshHome() = default;
    std::expected<void, RunError> make_folder(const std::filesystem::path& folder);

    std::filesystem::path path_;  // empty: moved from
    std::optional<UserIdentity> user_;
    std::vector<std::filesystem::path> made_;  // the home first, folders before what is in them
};

}  // namespace waybill
