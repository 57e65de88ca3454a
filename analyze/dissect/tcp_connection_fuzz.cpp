#include <algorithm>
#include <cstdlib>
#include <span>

#include "analyze/dissect/tcp_connection.h"

// Each step: an octet that says side, gap and length, then that many octets.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    Cursor in{std::as_bytes(std::span{data, size})};
    DissectContext context;
    FlowFacts facts;
    TcpConnection connection{context, Port{in.u8()}};
    while (!in.at_end()) {
        const std::uint8_t step = in.u8();
        const Side side = (step & 1U) != 0 ? Side::server : Side::client;
        const std::size_t length = std::min<std::size_t>((std::size_t{step} >> 2U) * 4, in.remaining());
        if ((step & 2U) != 0 && length < 64)
            connection.missing(side, length, facts);
        else if (connection.wants(side))
            connection.data(side, in.bytes(length), {}, facts);
        else
            in.skip(length);
    }
    connection.finish(facts);
    if (facts.names.size() > FlowFacts::max_names || facts.hellos.size() > 2)
        std::abort();
    if (facts.application &&
        (facts.application->http_methods.size() > max_flow_methods || facts.application->ssh.size() > 2 ||
         facts.application->connect.size() > max_flow_targets || facts.application->socks.size() > max_flow_targets))
        std::abort();  // what a flow keeps is bounded
    return 0;
}
