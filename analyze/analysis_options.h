#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "analyze/flow/flow_limits.h"
#include "analyze/name/dns_cache.h"
#include "analyze/owner/owner_index.h"
#include "analyze/trim/facts_delta.h"
#include "base/cursor.h"
#include "model/contact.h"
#include "model/dns.h"
#include "model/flow.h"
#include "model/gap.h"
#include "model/time.h"

namespace waybill {

/// The bounds of an analysis and what is known of its recording. All of it goes into a case's run.json.
struct AnalysisOptions {
    FlowLimits flows;
    DnsCache::Bounds dns;
    Owner owner;                         ///< of every flow, where owners are not recorded
    const OwnerIndex* owners = nullptr;  ///< whose each flow is; borrowed for the analysis's life; null: not recorded
    std::vector<Timestamp> phases;       ///< when those after the first begin, in the order of time; none: one phase
    bool dns_fully_observed = false;     ///< the recording holds every DNS question of the client
    bool one_client = false;    ///< all that asks DNS is one machine: what one of its addresses learnt all know
    bool tls_traits = false;    ///< contacts tell what hellos said; they do so anyway where flows are told
    bool own_comments = false;  ///< the packets were trimmed by our recorder, whose comments say what was cut
};

/// Takes what is found while packets are read. What no sink takes is not built.
struct EventSinks {
    std::function<void(const Flow&)>
        flow;  ///< once for each flow, when it has ended; flows of one time in no set order
    std::function<void(const DnsEvent&)> dns;  ///< once for each DNS, mDNS or LLMNR message, in packet order
};

/// What one packet told, for a recorder that keeps only what names something.
struct PacketInsight {
    Bytes payload;           ///< of the innermost transport; borrowed from the packet
    bool needed = false;     ///< the payload is read again by an analysis of the trimmed recording
    std::size_t unread = 0;  ///< octets at the payload's end that are not
    FactsDelta added;        ///< what the payload said, where it is not needed
};

/// Where a packet stands in the input.
struct PacketPlace {
    std::uint16_t file = 0;    ///< index of the input
    std::uint64_t number = 0;  ///< from 1, in that input
};

struct AnalysisTotals {
    std::uint64_t packets = 0;
    std::uint64_t wire_bytes = 0;
    std::uint64_t flows = 0;
    std::uint64_t dns_messages = 0;
    std::optional<Timestamp> first;
    std::optional<Timestamp> last;
};

struct AnalysisResult {
    std::vector<Contact> contacts;  ///< by id
    GapCounters gaps;
    AnalysisTotals totals;
};

}  // namespace waybill
