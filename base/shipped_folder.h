#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace waybill {

/// The program's own path; nothing where /proc does not tell it.
std::optional<std::filesystem::path> own_program();

/// The first of these places, relative to the folder of the program, that is a folder: what comes with a program lies
/// elsewhere beside one that is installed than beside one that is built.
///
/// The error is the list of places that were tried, for the message.
std::expected<std::filesystem::path, std::vector<std::filesystem::path>> find_beside(
    const std::optional<std::filesystem::path>& program, std::span<const char* const> places);

/// Places as a message names them: one after another.
std::string places_text(std::span<const std::filesystem::path> places);

}  // namespace waybill
