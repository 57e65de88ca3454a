#include <algorithm>
#include <cstdlib>
#include <span>

#include "analyze/dissect/http1_stream.h"

namespace {

struct Run {
    waybill::DissectContext context;
    waybill::FlowFacts facts;

    Run(waybill::Bytes octets, std::size_t step)
    {
        using namespace waybill;
        Http1Stream stream;
        const Observation seen{context, facts, {}};
        for (std::size_t at = 0; at < octets.size(); at += step)
            stream.data(Side::client, octets.subspan(at, std::min(step, octets.size() - at)), seen);
        stream.finish(seen);
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const waybill::Bytes octets = std::as_bytes(std::span{data, size});
    const Run whole{octets, size + 1};
    const Run pieces{octets, 3};
    if (whole.context.counters.http_unsynchronised + pieces.context.counters.http_unsynchronised > 0)
        return 0;  // where a lost stream is found again depends on the runs
    const bool same_requests =
        (whole.facts.application == nullptr) == (pieces.facts.application == nullptr) &&
        (!whole.facts.application || (whole.facts.application->requests == pieces.facts.application->requests &&
                                      whole.facts.application->connect == pieces.facts.application->connect));
    if (!same_requests || whole.facts.names != pieces.facts.names ||
        !(whole.context.counters == pieces.context.counters))
        std::abort();  // what is read must not depend on how the octets were cut
    return 0;
}
