#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/recipe_run.h"
#include "model/run.h"

namespace waybill {

/// Of a terminal, in characters.
struct TerminalSize {
    std::uint16_t columns = 100;
    std::uint16_t rows = 40;

    friend bool operator==(const TerminalSize&, const TerminalSize&) = default;
};

/// A run that can be repeated: what is run, how, and what is done to it (docs/formats/recipe.md).
struct Recipe {
    using CommandLine = std::vector<std::string>;  ///< the program first

    /// A file below a fresh HOME.
    struct File {
        std::string path;  ///< relative, without `.` and `..`; no other file's folder
        std::string octets;

        friend bool operator==(const File&, const File&) = default;
    };

    std::string name;
    CommandLine command;                 ///< empty: the command line says it
    std::optional<NetworkMode> network;  ///< never `interface`
    bool fresh_home = false;
    bool clean_environment = false;
    std::vector<std::pair<std::string, std::string>> environment;  ///< in the order of the file
    std::vector<File> files;
    std::vector<std::string> arguments;  ///< behind those of the command
    std::vector<CommandLine> set_up;
    std::vector<CommandLine> clean_up;
    std::optional<TerminalSize> terminal;  ///< there where there are steps
    std::vector<RecipeStep> steps;
    std::optional<std::chrono::milliseconds> timeout;
    std::optional<std::chrono::milliseconds> linger;
    std::string account;  ///< empty: it says nothing

    std::string octets;  ///< the file's own
    std::string sha256;  ///< of these

    friend bool operator==(const Recipe&, const Recipe&) = default;
};

}  // namespace waybill
