#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "tests/wire/quic_sealer.h"
#include "wire/quic_initial.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    static quic::InitialOpener opener;
    if (size < 2 || size > 4096)
        return 0;
    const std::span input{data, size};
    const Bytes frames = std::as_bytes(input).subspan(2);
    test::InitialPlan plan;
    plan.version = (input[0] & 4U) != 0 ? quic::version_2 : quic::version_1;
    plan.destination_id.resize(input[1] % (quic::max_connection_id + 1), std::byte{input[1]});
    plan.number_length = (input[0] & 3U) + 1;
    plan.packet_number = input[0] >> 3U;
    plan.frames.assign(frames.begin(), frames.end());
    const auto keys = opener.derive_keys(plan.version, plan.destination_id, quic::Sender::client);
    const auto packet = test::seal_initial(plan, *keys);
    const auto opened = opener.open(*keys, *quic::parse_packet(packet, packet.size()));
    if (!opened || opened->packet_number != plan.packet_number || opened->payload.size() < frames.size() ||
        !std::ranges::equal(opened->payload.first(frames.size()), frames))
        std::abort();  // what was sealed is not what is opened
    return 0;
}
