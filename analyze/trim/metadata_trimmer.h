#pragma once

#include <cstddef>
#include <string>

#include "analyze/analysis.h"
#include "model/packet.h"

namespace waybill {

/// Decides what a recording keeps of each packet: headers, DNS messages, TLS and DTLS hellos, QUIC Initials. What other
/// payload says (an HTTP host, a proxy's target, an SSH banner) is noted in the packet's comment, and its octets are
/// left out. An analysis of the trimmed recording that believes the comments finds what one of the whole packets finds.
class MetadataTrimmer {
public:
    struct Kept {
        std::size_t octets = 0;  ///< from the packet's front
        std::string comment;     ///< empty for none
    };

    explicit MetadataTrimmer(const FlowLimits& limits = {}) : analysis_{options_with(limits), {}} {}

    /// Packets come in capture order, each once.
    Kept trim(const Packet& packet);

private:
    static AnalysisOptions options_with(const FlowLimits& limits)
    {
        AnalysisOptions options;
        options.flows = limits;
        return options;
    }

    Analysis analysis_;
    std::uint64_t packets_ = 0;
};

}  // namespace waybill
