#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "capture/network/uplink.h"
#include "model/run.h"

namespace waybill {

/// What a user's own file says `waybill run` is to do where the command line does not (docs/commands/run.md).
struct UserConfiguration {
    static constexpr int version = 1;

    std::optional<NetworkMode> network;           ///< never `interface`, which is no mode of run
    std::optional<contained::UplinkKind> uplink;  ///< of an isolated network

    friend bool operator==(const UserConfiguration&, const UserConfiguration&) = default;
};

/// Why a file is not followed.
struct ConfigurationError {
    enum class Kind : std::uint8_t {
        unreadable,      ///< the operating system refuses, or it is no file of text
        not_trusted,     ///< somebody else may write to it
        not_understood,  ///< no configuration of this version
    };
    Kind kind{};
    std::string message;  ///< which file, where in it, what is wrong and what to write

    friend bool operator==(const ConfigurationError&, const ConfigurationError&) = default;
};

/// Where a configuration is looked for, and who alone may have written it.
struct ConfigurationPlace {
    std::filesystem::path file;
    uid_t user = 0;
    /// Whether root's file does as well. Not where root reads for another user, who could point to what is root's.
    bool or_root = true;

    friend bool operator==(const ConfigurationPlace&, const ConfigurationPlace&) = default;
};

constexpr std::size_t max_configuration_octets = 64 << 10;  // ours: a hundred times what it can say

/// `$XDG_CONFIG_HOME/waybill/config.json`, or below ~/.config (XDG Base Directory Specification); below sudo the file
/// of the user who called it, in that user's home. Nothing where there is no home.
std::optional<ConfigurationPlace> configuration_place();

/// What is to be said against following a file of the user's with these rights, such as one beside the configuration.
std::optional<std::string> objection(const FileRights& rights, const ConfigurationPlace& place);

/// Reads JSON text strictly; the error begins with the JSON path, and says what is wrong and what to write.
std::expected<UserConfiguration, std::string> parse_user_configuration(std::string_view text);

/// Reads the file there; an empty configuration where there is none, and where the caller may not look for one.
std::expected<UserConfiguration, ConfigurationError> read_user_configuration(const ConfigurationPlace& place);

}  // namespace waybill
