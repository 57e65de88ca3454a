#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "model/purpose.h"
#include "rules/source.h"

namespace waybill::rules {

/// How a documented switch is written down.
enum class SwitchKind : std::uint8_t { env, setting, flag, command };
std::string_view text(SwitchKind kind);

/// A file that sets a switch, or a part of one.
struct SwitchFile {
    std::string_view path;                 ///< relative to HOME
    std::optional<std::string_view> json;  ///< an object, as the pack writes it: merged into the file's
    std::optional<std::string_view> text;  ///< else the whole file
};

/// How a program sets a switch: one of these is there, or none where only a person can.
struct SwitchSetting {
    std::vector<std::pair<std::string_view, std::string_view>> environment;  ///< names and values
    std::vector<std::string_view> arguments;                                 ///< behind the program's name
    std::vector<std::string_view> command;                                   ///< to be run once before
    std::optional<SwitchFile> file;

    bool is_settable() const { return !environment.empty() || !arguments.empty() || !command.empty() || file; }
};

/// What a tool's documentation or source says one can set so that it sends less. The texts are the pack's.
struct Switch {
    std::string_view id;
    std::vector<std::string_view> products;  ///< at least one
    std::string_view name;                   ///< as it is written: `DO_NOT_TRACK=1`
    SwitchKind kind{};
    SwitchSetting set;
    std::string_view effect;
    std::vector<Purpose> covers;  ///< at least one
    std::vector<Source> sources;  ///< at least one
};

}  // namespace waybill::rules
