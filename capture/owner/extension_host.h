#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/process.h"

namespace waybill {

/// The extensions that a folder's own list names (extensions.json). Nothing for what is no such list; of an entry
/// without a name or version only the count is kept.
std::optional<ExtensionHost> read_extension_list(std::string_view json);

/// publisher.name and version of an extension's manifest (package.json). Nothing for one that names none.
std::optional<Package> read_extension_manifest(std::string_view json);

/// Whether a process says of itself that it runs the extensions of others.
bool is_extension_host(const Process& process);

/// The extensions of such a process. `line` is the process itself, then what forked it, and so on: whoever of them was
/// told a folder decides, else it is the product's own in the process's HOME, as `proc` (proc(5)) has it. Where no
/// folder is found, no extension is known, and one counts as unread.
ExtensionHost find_extensions(std::span<const Process* const> line, const std::filesystem::path& proc = "/proc");

}  // namespace waybill
