#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/manifest.h"

namespace waybill::evidence {

// A sealed case is a BagIt 1.0 bag (RFC 8493).

constexpr std::string_view bag_declaration = "bagit.txt";
constexpr std::string_view bag_info = "bag-info.txt";
constexpr std::string_view payload_manifest = "manifest-sha256.txt";
constexpr std::string_view tag_manifest = "tagmanifest-sha256.txt";
constexpr std::string_view payload_folder = "data";

/// bagit.txt, which is the same in every bag (RFC 8493, 2.1.1).
constexpr std::string_view bag_declaration_text = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// What bag-info.txt tells (RFC 8493, 2.2.2).
struct BagInfo {
    std::string bagging_date;  ///< YYYY-MM-DD
    std::string software;      ///< Bag-Software-Agent: `Waybill 0.1.0`
    std::uint64_t octets = 0;  ///< with `files` Payload-Oxum: of the payload
    std::uint64_t files = 0;
    std::uint64_t custody_entries = 0;  ///< Waybill-Custody: of custody.ndjson as it was sealed; none: no such line
    std::string custody_head = {};      ///< with it: SHA-256 of the last of them
    std::string fields = {};            ///< Waybill-Fields: SHA-256 of what fields.dsse.json signs; empty: no such line
    std::string verdict = {};           ///< Waybill-Verdict: the same of verdict.dsse.json; empty: no such line

    friend bool operator==(const BagInfo&, const BagInfo&) = default;
};

std::string bag_info_text(const BagInfo& info);

/// Nothing for any text that bag_info_text() does not write.
std::optional<BagInfo> parse_bag_info(std::string_view text);

/// A tag file of a bag.
struct TagFile {
    std::string_view path;
    std::string text;
};

/// The tag files of a bag with this payload, in the order in which they are written: the manifest of tag files is the
/// last one and lists the others.
std::array<TagFile, 4> tag_files(const std::vector<ManifestLine>& payload, const BagInfo& info);

}  // namespace waybill::evidence
