#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_document.h"
#include "model/protocol.h"
#include "model/purpose.h"
#include "model/verdict.h"
#include "rules/pattern.h"
#include "rules/source.h"

namespace waybill::rules {

/// Which contacts an entry or a limit speaks of: all that are named in each list that is not empty. Hosts, domains and
/// addresses are one list.
struct ContactSelector {
    std::vector<HostPattern> hosts;  ///< domains among them
    std::vector<AddressRange> addresses;
    std::vector<std::string> vendors;
    std::vector<Purpose> purposes;
    std::vector<PortRange> ports;
    std::vector<Transport> transports;
    std::vector<Protocol> protocols;
    std::vector<std::string> processes;  ///< a path, or the last part of an executable's or a script's
    std::vector<std::string> packages;   ///< `name` or `name@version`
    std::vector<std::string> products;   ///< tools that the deciding rule's sources speak of
    std::vector<SourceGrade> grades;     ///< of the deciding rule's strongest source
    std::vector<std::string> phases;     ///< labels of marks; `start` before the first, `after-exit`

    bool is_everything() const;
};

/// In how many runs a learned entry was seen.
struct Sightings {
    std::uint64_t runs = 0;
    std::uint64_t of = 0;
    std::uint64_t flows = 0;

    friend bool operator==(const Sightings&, const Sightings&) = default;
};

struct PolicyEntry {
    std::string id;
    Effect effect = Effect::allow;
    ContactSelector selector;
    std::string reason;           ///< may be empty
    std::string note;             ///< the comment; may be empty
    std::optional<Date> expires;  ///< the last day on which it holds
    std::optional<Sightings> seen;
};

/// What a limit measures.
enum class Measure : std::uint8_t {
    payload_out,        ///< octets, at most
    ip_bytes_out,       ///< octets
    endpoints,          ///< distinct ones
    uncited_endpoints,  ///< of these, those without a cited purpose
    flows,
    unattributed_share,  ///< of flows, those without a known owner: from 0 to 1
    lost_input,          ///< packets and other input that was lost
};

struct PolicyLimit {
    std::string id;
    Measure measure{};
    double most = 0;
    ContactSelector selector;
    std::string reason;  ///< may be empty
    std::string note;    ///< the comment; may be empty
};

/// What somebody expects of a tool (docs/formats/policy.md).
struct Policy {
    std::string id;
    std::string title;
    Date version{};
    std::string note;                 ///< the comment; may be empty
    Effect otherwise = Effect::deny;  ///< of what no entry speaks of
    /// Of a deny by purpose where a contact has other purposes too: metadata cannot tell them apart.
    Effect mixed_purposes = Effect::review;
    std::vector<PolicyEntry> entries;
    std::vector<PolicyLimit> limits;
    std::string file;    ///< its name, without folders
    std::string digest;  ///< SHA-256 of the file's octets, in hex

    bool tells_phases() const;     ///< whether an entry or a limit speaks of phases
    bool tells_processes() const;  ///< likewise of processes or packages
};

/// Why a policy did not load.
struct PolicyError {
    std::string file;
    FieldError field;

    std::string text() const;  ///< `ci.json: entries[3].hosts: …`
};

/// Reads a policy's octets (docs/formats/policy.md); `file` is the name that errors and verdicts use.
std::expected<Policy, PolicyError> parse_policy(std::string octets, std::string_view file);

/// Reads a policy's file, of 4 MB at most.
std::expected<Policy, PolicyError> read_policy(const std::filesystem::path& file);

/// The words of a measure: `payload-out`, …
std::string_view text(Measure measure);

}  // namespace waybill::rules
