#include "model/gap.h"

#include <algorithm>

namespace waybill {
namespace {

using Affects = std::array<bool, 7>;  // endpoints, names, volumes, times, owners, purposes, absence

constexpr Affects everything{true, true, true, true, true, true, true};
constexpr Affects nothing{};
constexpr Affects names_only{false, true, false, false, false, true, true};
constexpr Affects endpoints_and_names{true, true, false, false, false, true, true};
constexpr Affects absence_only{false, false, false, false, false, false, true};
constexpr Affects times_only{false, false, false, true, false, false, false};
constexpr Affects owners_only{false, false, false, false, true, false, false};
constexpr Affects volumes_only{false, false, true, false, false, false, false};
constexpr Affects owners_and_absence{false, false, false, false, true, false, true};

constexpr std::string_view all_words = "every claim";
constexpr std::string_view name_words = "which name";
constexpr std::string_view endpoint_words = "which endpoint, which name";

constexpr std::array<GapText, gap_kinds> texts{{
    {GapKind::kernel_dropped, "kernel-dropped", "packets dropped by the capture's buffer", all_words, everything, true},
    {GapKind::interface_dropped, "interface-dropped", "packets that the capture file says were lost", all_words,
     everything, true},
    {GapKind::torn_input, "torn-input", "places where the input is torn or damaged", all_words, everything, true},
    {GapKind::skipped_blocks, "skipped-blocks", "capture file blocks of an unknown kind, skipped", "none known",
     nothing, false},
    {GapKind::secrets_ignored, "secrets-ignored", "decryption secrets in the capture, not used", "none", nothing,
     false},
    {GapKind::no_timestamp, "no-timestamp", "packets without a time", "when", times_only, false},
    {GapKind::snap_length, "snap-length", "packets cut by the snap length where a name could have stood", name_words,
     names_only, false},
    {GapKind::link_unsupported, "link-unsupported", "packets of a link type that is not read", all_words, everything,
     false},
    {GapKind::link_malformed, "link-malformed", "frames whose link layer could not be read", endpoint_words, everything,
     false},
    {GapKind::network_malformed, "network-malformed", "IP headers that could not be read", endpoint_words, everything,
     false},
    {GapKind::transport_malformed, "transport-malformed", "TCP, UDP or SCTP headers that could not be read",
     endpoint_words, everything, false},
    {GapKind::headers_bound, "headers-bound", "packets with more nested headers than are read", endpoint_words,
     everything, false},
    {GapKind::fragments_incomplete, "fragments-incomplete", "IP datagrams with missing fragments", endpoint_words,
     endpoints_and_names, false},
    {GapKind::fragments_bound, "fragments-bound", "IP fragments dropped at the bound", endpoint_words,
     endpoints_and_names, true},
    {GapKind::flows_bound, "flows-bound", "flows ended early at the bound of open flows", "number of flows, which name",
     names_only, true},
    {GapKind::stream_missing, "stream-missing", "stretches of TCP streams not captured where a name could have stood",
     name_words, names_only, false},
    {GapKind::stream_bound, "stream-bound", "TCP segments dropped at the bound of held segments", name_words,
     names_only, true},
    {GapKind::stream_ambiguous, "stream-ambiguous", "flows with retransmitted octets that differ", name_words,
     names_only, false},
    {GapKind::hello_truncated, "hello-truncated", "client hellos of which the end is missing", name_words, names_only,
     false},
    {GapKind::hello_malformed, "hello-malformed", "client hellos that could not be read", name_words, names_only,
     false},
    {GapKind::quic_unopened, "quic-unopened", "QUIC Initial packets that could not be opened", name_words, names_only,
     false},
    {GapKind::quic_bound, "quic-bound", "QUIC hellos dropped at a bound", name_words, names_only, true},
    {GapKind::dns_malformed, "dns-malformed", "DNS messages that could not be read", name_words, names_only, false},
    {GapKind::dns_truncated, "dns-truncated", "DNS messages cut by the capture", name_words, names_only, false},
    {GapKind::http_unsynchronised, "http-unsynchronised", "HTTP connections whose message borders were lost",
     name_words, names_only, false},
    {GapKind::head_truncated, "head-truncated", "HTTP or proxy heads of which the end is missing", name_words,
     names_only, false},
    {GapKind::head_malformed, "head-malformed", "HTTP, SOCKS or SSH heads that break their grammar", name_words,
     names_only, false},
    {GapKind::head_bound, "head-bound", "heads longer than is read", name_words, names_only, true},
    {GapKind::names_bound, "names-bound", "names dropped at the bound of names", name_words, names_only, true},
    {GapKind::dns_answers_bound, "dns-answers-bound", "DNS answers forgotten at the bound", "names by DNS answer",
     names_only, true},
    {GapKind::contacts_bound, "contacts-bound", "flows counted under \"other endpoints\" at the bound of contacts",
     endpoint_words, everything, true},
    {GapKind::ech_outer_name_only, "ech-outer-name-only", "flows whose name can be an outer one (ECH)", name_words,
     names_only, false},
    {GapKind::encrypted_dns, "encrypted-dns", "flows to a resolver that hides its questions", "names by DNS answer",
     absence_only, false},
    {GapKind::trimmed_hello, "trimmed-hello", "hellos cut by this recording", name_words, names_only, false},
    {GapKind::comments_untrusted, "comments-untrusted", "packet comments not trusted, for the capture is no case",
     "none", nothing, false},
    {GapKind::comments_malformed, "comments-malformed", "Waybill's packet comments that cannot be read", name_words,
     names_only, true},
    {GapKind::attempts_only, "attempts-only", "sinkhole: attempted contacts only, nobody was reached",
     "what happens after the first contact", absence_only, false},
    {GapKind::files_unprotected, "files-unprotected", "the network is confined, files are not", "none", nothing, false},
    {GapKind::no_setuid, "no-setuid", "set-user-ID programs (sudo, ping) have no privilege inside",
     "what such a program would have contacted", absence_only, false},
    {GapKind::mode_limits, "mode-limits", "limits of this run", "what it says", absence_only, false},
    {GapKind::leftover_processes, "leftover-processes", "processes ended by Waybill after the command had ended",
     "what they would have contacted later", absence_only, false},
    {GapKind::environment_removed, "environment-removed", "variables and sockets kept from the command",
     "what would have gone through them", absence_only, false},
    {GapKind::names_shared, "names-shared", "names that share an address of the sinkhole", name_words, names_only,
     false},
    {GapKind::sockets_unplaced, "sockets-unplaced", "sockets of daemons that could not be hidden from the command",
     "what would have gone through them", absence_only, false},
    {GapKind::sink_refused, "sink-refused", "connections refused at the sinkhole's bound", "which name", names_only,
     true},
    {GapKind::owner_unknown, "owner-unknown", "flows without a known owner", "which process", owners_only, false},
    {GapKind::phases_bound, "phases-bound", "parts of flows that count to no phase, beyond the bound",
     "how much in which phase", volumes_only, true},
    {GapKind::packets_missing, "packets-missing", "packets that the kernel counted and the recording does not hold",
     all_words, everything, true},
    {GapKind::counters_differ, "counters-differ", "octets by which the packets and the kernel's counters differ",
     "how many octets", volumes_only, false},
    {GapKind::legs_bound, "legs-bound", "flows of local proxies beyond the bound, not joined", "for which process",
     owners_only, true},
    {GapKind::proxy_unknown, "proxy-unknown", "flows that may have gone past the proxy of the environment",
     "what went past the proxy", absence_only, false},
    {GapKind::delegated, "delegated", "requests to daemons outside of this recording",
     "what those contacted, and for which process", owners_and_absence, false},
    {GapKind::delegations_bound, "delegations-bound", "requests to daemons beyond the bound, not told",
     "what those contacted, and for which process", owners_and_absence, true},
    {GapKind::cgroup_left, "cgroup-left", "processes that left the recording's cgroup",
     "every claim: what they sent from sockets made since is not here", everything, true},
    {GapKind::not_followed, "not-followed", "processes or sockets that the kernel had no room to follow", all_words,
     everything, true},
    {GapKind::uplink_ended, "uplink-ended", "uplinks that ended during the run: from then on nothing could be reached",
     all_words, everything, true},
    {GapKind::clock_stepped, "clock-stepped", "times at which the system's clock was set during the recording",
     "when, and how long between", times_only, false},
    {GapKind::not_written, "not-written", "packets that were captured and could not be written", all_words, everything,
     true},
}};

constexpr bool in_order()
{
    for (std::size_t i = 0; i < texts.size(); ++i)
        if (static_cast<std::size_t>(texts[i].kind) != i)
            return false;
    return true;
}
static_assert(in_order(), "a gap's text stands at the place of its kind");

}  // namespace

const GapText& describe(GapKind kind)
{
    return texts[static_cast<std::size_t>(kind)];
}

bool affects(GapKind kind, Claim claim)
{
    return describe(kind).affects[static_cast<std::size_t>(claim)];
}

std::optional<GapKind> find_gap_kind(std::string_view id)
{
    const auto found = std::ranges::find(texts, id, &GapText::id);
    return found == texts.end() ? std::nullopt : std::optional{found->kind};
}

std::vector<Gap> GapCounters::gaps() const
{
    std::vector<Gap> found;
    for (const GapText& text : texts)
        if (const std::uint64_t counted = count(text.kind); counted > 0)
            found.push_back({text.kind, counted, {}});
    return found;
}

}  // namespace waybill
