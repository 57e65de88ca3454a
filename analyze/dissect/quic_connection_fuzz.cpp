#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "analyze/dissect/quic_connection.h"
#include "tests/wire/quic_sealer.h"

/// The input is a list of: flags, length, octets. Flag 1 sends the octets as they are, else as a client's Initial;
/// flag 2 swaps the ends, flag 4 sets another version and flag 8 another connection ID.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    static quic::InitialOpener opener;
    QuicConnection connection;
    int hellos = 0;
    Cursor in{std::as_bytes(std::span{data, size})};
    for (std::uint64_t number = 0; !in.at_end(); ++number) {
        const unsigned flags = in.u8();
        const Bytes octets = in.bytes(std::min<std::size_t>(in.u16() % 1500, in.remaining()));
        test::InitialPlan plan;
        plan.version = (flags & 4U) != 0 ? quic::version_2 : quic::version_1;
        plan.destination_id.resize((flags & 8U) != 0 ? 8 : 20);
        plan.packet_number = number;
        plan.frames.assign(octets.begin(), octets.end());
        const auto datagram = (flags & 1U) != 0 ? plan.frames : test::seal_client_initial(plan, opener);
        const auto from = (flags & 2U) != 0 ? FlowEnd::second : FlowEnd::first;
        const bool done = connection.done();
        const auto state = connection.feed({datagram, datagram.size() + (flags >> 4U), from}, opener);
        hellos += !done && state == QuicState::hello ? 1 : 0;
        if (hellos > 1 || connection.hello().size() > size || (done && !connection.hello().empty()))
            std::abort();  // the hello is given more than once, or is longer than what was sent
    }
    return 0;
}
