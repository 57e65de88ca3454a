#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::evidence {

/// A file of a bag, and what it must be (RFC 8493, 2.1.3).
struct ManifestLine {
    std::string path;    ///< from the bag, with '/'
    std::string sha256;  ///< 64 lower-case hexadecimal digits

    friend bool operator==(const ManifestLine&, const ManifestLine&) = default;
};

/// What is wrong with something, as a sentence without its full stop.
struct Fault {
    std::string item;  ///< a path in the bag, or a part of one: `manifest-sha256.txt, line 3`
    std::string what;

    friend bool operator==(const Fault&, const Fault&) = default;
};

/// What a manifest says. Lines that say nothing usable are faults and are not among `lines`.
struct Manifest {
    std::vector<ManifestLine> lines;
    std::vector<Fault> faults;
};

/// Why a path may not be in a bag; nothing: it may. It must stay below the bag on every system, and show what it is.
std::optional<std::string> path_objection(std::string_view path);

/// The lines in the order of paths, as `sha256sum -c` reads them, CR, LF and % written %0D, %0A and %25.
std::string manifest_text(std::vector<ManifestLine> lines);

/// Any octets give what they say and what is wrong with them: lines of another form, paths that leave the bag, paths
/// that stand twice or differ in case alone, and whatever else manifest_text() would write otherwise. `name` is the
/// file's, for the faults.
Manifest parse_manifest(std::string_view text, std::string_view name);

}  // namespace waybill::evidence
