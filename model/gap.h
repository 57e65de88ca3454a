#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill {

/// What could not be seen. Each kind names the claims that it can affect; docs/limits.md shows the table.
enum class GapKind : std::uint8_t {
    kernel_dropped,        ///< packets that the capture's buffer lost
    interface_dropped,     ///< packets that a capture file says were lost by its interface
    torn_input,            ///< a file that ends inside a record, or holds one that cannot be right
    skipped_blocks,        ///< pcapng blocks of an unknown kind
    secrets_ignored,       ///< decryption secrets in a capture: reported, never used
    no_timestamp,          ///< packets without a time
    snap_length,           ///< packets cut by the capture's snap length where a name could have stood
    link_unsupported,      ///< packets of a link type that is not read
    link_malformed,        ///< frames whose link-layer headers could not be read
    network_malformed,     ///< IP headers that could not be read
    transport_malformed,   ///< TCP, UDP or SCTP headers that could not be read
    headers_bound,         ///< packets with more nested headers than are read
    fragments_incomplete,  ///< IP datagrams of which not all fragments were captured
    fragments_bound,       ///< fragments dropped at the bound of held fragments
    flows_bound,           ///< flows ended early at the bound of open flows
    stream_missing,        ///< octets of a TCP stream that were not captured where a name could have stood
    stream_bound,          ///< octets dropped at the bound of held out-of-order segments
    stream_ambiguous,      ///< flows with retransmitted octets that differed from the first ones
    hello_truncated,
    hello_malformed,
    quic_unopened,  ///< QUIC Initial packets that the keys derived from them did not open
    quic_bound,
    dns_malformed,
    dns_truncated,
    http_unsynchronised,  ///< connections in which the place of the next HTTP message was lost
    head_truncated,       ///< HTTP, SOCKS or other heads of which the end is missing
    head_malformed,       ///< such heads that break their grammar
    head_bound,           ///< HTTP, SOCKS or other heads longer than is read
    names_bound,          ///< names beyond the bound of distinct names
    dns_answers_bound,    ///< DNS answers forgotten at the bound of kept answers
    contacts_bound,       ///< flows counted under "other endpoints" at the bound of contacts
    ech_outer_name_only,  ///< flows whose name can be an outer one
    encrypted_dns,        ///< flows to a resolver that hides its questions
    trimmed_hello,        ///< hellos that the recording cut
    comments_untrusted,   ///< Waybill's packet comments in a capture that is not a case's
    comments_malformed,   ///< Waybill's packet comments that are not of their grammar
    attempts_only,        ///< the sinkhole: nobody was reached
    files_unprotected,    ///< the sinkhole confines the network, not files
    no_setuid,            ///< set-user-ID programs do not work inside
    mode_limits,          ///< what a run's network mode could not arrange or does not show, in words
    leftover_processes,   ///< processes ended by Waybill after the command had ended
    environment_removed,  ///< variables and sockets that the command did not get
    names_shared,         ///< names beyond the sinkhole's addresses, which share one
    sockets_unplaced,     ///< sockets of daemons whose place is not known, so that they were not covered
    sink_refused,         ///< connections refused at the sinkhole's bound
    owner_unknown,
    phases_bound,       ///< parts of flows beyond the bound, so that they count to no phase
    packets_missing,    ///< packets that the kernel counted and the recording does not hold, for no known reason
    counters_differ,    ///< octets by which the recording and the kernel's counters differ otherwise
    legs_bound,         ///< flows to and of local proxies beyond the bound of those that are joined
    proxy_unknown,      ///< flows of which it is not known whether they went past the proxy that the environment names
    delegated,          ///< requests that processes outside of the recording were given over local sockets
    delegations_bound,  ///< such requests beyond the bound
    cgroup_left,        ///< processes that left the cgroup whose sockets are recorded
    not_followed,       ///< processes or sockets that the kernel had no room to follow
    uplink_ended,       ///< uplinks that ended before the run did, so that nothing could be reached any more
    clock_stepped,      ///< the system's clock was set while the recording went on
    not_written,        ///< packets that were captured and could not be written
};
constexpr std::size_t gap_kinds = 58;

/// A claim that a report makes, which a gap can make incomplete.
enum class Claim : std::uint8_t { endpoints, names, volumes, times, owners, purposes, absence };

/// What is always true of a kind of gap.
struct GapText {
    GapKind kind;
    std::string_view id;          ///< the word of events.ndjson
    std::string_view sentence;    ///< in a report, after the count
    std::string_view limits;      ///< the claims that it can affect, in words
    std::array<bool, 7> affects;  ///< by Claim
    bool lost_input;              ///< something recorded or recordable was lost: the verdict is incomplete (exit 2)
};

const GapText& describe(GapKind kind);
bool affects(GapKind kind, Claim claim);

/// The kind whose id the word is.
std::optional<GapKind> find_gap_kind(std::string_view id);

struct Gap {
    GapKind kind{};
    std::uint64_t count = 0;
    std::string detail;  ///< where, or of what; may be empty

    friend bool operator==(const Gap&, const Gap&) = default;
};

/// Counts gaps while packets are read.
class GapCounters {
public:
    void add(GapKind kind, std::uint64_t count = 1) { counts_[static_cast<std::size_t>(kind)] += count; }
    std::uint64_t count(GapKind kind) const { return counts_[static_cast<std::size_t>(kind)]; }
    std::vector<Gap> gaps() const;  ///< those that were counted, in the order of GapKind

private:
    std::array<std::uint64_t, gap_kinds> counts_{};
};

}  // namespace waybill
