#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace waybill::rules {

/// Where packs may be, as the caller knows it; nothing here reads the environment.
struct PackSearch {
    std::optional<std::string> environment;           ///< the value of WAYBILL_PACKS: folders separated by colons
    std::optional<std::filesystem::path> executable;  ///< the program's own path, as /proc/self/exe gives it
};

/// The folders that hold the shipped packs: those of WAYBILL_PACKS; else, relative to the program,
/// `../share/waybill/packs` (installed) or `../../rules/packs` (built in the source tree).
///
/// The error is the list of places that were tried, for the message.
std::expected<std::vector<std::filesystem::path>, std::vector<std::filesystem::path>> find_pack_folders(
    const PackSearch& search);

}  // namespace waybill::rules
