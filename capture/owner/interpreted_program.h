#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/process.h"

namespace waybill {

/// The file that an interpreter runs, as its command line names it: of node, python3 and the like, `executable` being
/// its path or name. Nothing for other programs, and where it runs text of the command line, a module that it finds
/// itself, or its standard input.
std::optional<std::string> script_of(std::string_view executable, const std::vector<std::string>& arguments);

/// The software that a file belongs to, as the nearest manifest above it says: package.json (npm), METADATA and RECORD
/// of an installed Python distribution, the folder of an installed gem. Nothing without one.
std::optional<Package> find_package(const std::filesystem::path& file);

/// Fills in the script and the package of a process, from its executable, arguments and working directory. The script's
/// digest is of the file as it is now.
void describe_program(Process& process);

}  // namespace waybill
