#include <algorithm>
#include <cstdlib>
#include <span>

#include "analyze/dissect/http2_stream.h"
#include "wire/http1.h"

namespace {

struct Run {
    waybill::DissectContext context;
    waybill::FlowFacts facts;

    Run(waybill::Bytes octets, std::size_t step)
    {
        using namespace waybill;
        Http2Stream stream;
        const Observation seen{context, facts, {}};
        stream.data(Side::client, as_octets(http1::http2_preface), seen);
        for (std::size_t at = 0; at < octets.size(); at += step) {
            const Bytes part = octets.subspan(at, std::min(step, octets.size() - at));
            stream.data(Side::client, part, seen);
            stream.data(Side::server, part, seen);
        }
        stream.finish(seen);
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const waybill::Bytes octets = std::as_bytes(std::span{data, size});
    const Run whole{octets, size + 1};
    const Run pieces{octets, 1};
    if (!(whole.context.counters == pieces.context.counters) || whole.facts.names.size() != pieces.facts.names.size() ||
        (whole.facts.application && whole.facts.application->requests != pieces.facts.application->requests))
        std::abort();  // what is read must not depend on how the octets were cut
    return 0;
}
