#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/owner/file_identity.h"
#include "model/process.h"

namespace waybill {

/// The file that an interpreter runs, as its command line names it: of node, python3 and the like, `executable` being
/// its path or name. Nothing for other programs, and where it runs text of the command line, a module that it finds
/// itself, or its standard input.
std::optional<std::string> script_of(std::string_view executable, const std::vector<std::string>& arguments);

/// The software that a file belongs to, as the nearest manifest above it says: package.json (npm), METADATA and RECORD
/// of an installed Python distribution, the folder of an installed gem. Nothing without one.
struct FoundPackage {
    Package package;
    std::filesystem::path folder;  ///< of the manifest; of a Python distribution the folder of modules
};
std::optional<FoundPackage> find_package(const std::filesystem::path& file);

/// The folder that holds a package and what it loads beside itself; empty where there is none to tell. Of a package
/// that is installed for a project all that is installed for it; of a project that somebody works in likewise, and not
/// what they work on.
std::filesystem::path package_tree(const std::filesystem::path& folder, const std::filesystem::path& working_directory);

/// Fills in the script and the package of processes. A build runs the same program a thousand times: what is known of a
/// file is kept as long as the file is the same.
class ProgramDescriber {
public:
    /// From the process's executable, arguments and working directory. The script's digest is of the file as it is now.
    void describe(Process& process);

private:
    struct Known {
        FileIdentity identity;
        ProgramFile file;
        std::optional<FoundPackage> package;
    };
    const Known* look_up(const std::filesystem::path& named, bool is_script);

    std::map<std::filesystem::path, Known> known_;  // by the name that it was called by
};

}  // namespace waybill
