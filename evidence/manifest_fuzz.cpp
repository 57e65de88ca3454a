#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "evidence/bag.h"

using namespace waybill::evidence;

// A manifest without a fault is written again octet for octet and names nothing outside of the bag; so is a bag's info.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = waybill::as_text(std::as_bytes(std::span{data, size}));
    const Manifest manifest = parse_manifest(text, "fuzz");
    if (manifest.faults.empty() && manifest_text(manifest.lines) != text)
        std::abort();
    for (const ManifestLine& line : manifest.lines)
        if (line.path.starts_with('/') || line.path.starts_with("../") || line.path.contains("/../"))
            std::abort();
    if (const auto info = parse_bag_info(text); info && bag_info_text(*info) != text)
        std::abort();
    return 0;
}
