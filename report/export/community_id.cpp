#include "report/export/community_id.h"

#include <vector>

#include "base/base64.h"
#include "base/digest.h"

namespace waybill {
namespace {

void append(std::vector<std::byte>& octets, std::uint16_t value)
{
    octets.push_back(static_cast<std::byte>(value >> 8U));
    octets.push_back(static_cast<std::byte>(value & 0xffU));
}

void append(std::vector<std::byte>& octets, const IpAddress& address)
{
    const Bytes run = address.octets();
    octets.insert(octets.end(), run.begin(), run.end());
}

}  // namespace

std::string community_id(const Flow& flow)
{
    if (flow.transport != Transport::tcp && flow.transport != Transport::udp && flow.transport != Transport::sctp)
        return {};
    const SocketAddress& lower = flow.client < flow.server ? flow.client : flow.server;
    const SocketAddress& upper = flow.client < flow.server ? flow.server : flow.client;
    std::vector<std::byte> octets;
    append(octets, std::uint16_t{0});  // the seed
    append(octets, lower.address);
    append(octets, upper.address);
    octets.push_back(std::byte{flow.protocol_number});
    octets.push_back(std::byte{0});
    append(octets, number(lower.port));
    append(octets, number(upper.port));
    return "1:" + to_base64(sha1(octets));
}

}  // namespace waybill
