#include "analyze/dissect/ssh_stream.h"

#include <algorithm>

#include "wire/ssh.h"

namespace waybill {

std::size_t SshStream::data(Side side, Bytes octets, const Observation& seen)
{
    constexpr std::size_t most = ssh::max_preceding_octets + ssh::max_identification_octets;
    Direction& direction = sides_[side];
    if (direction.done)
        return octets.size();
    direction.held.append(as_text(octets.first(std::min(octets.size(), most - direction.held.size()))));
    const auto identification = ssh::parse_identification(direction.held);
    if (identification) {
        seen.recognise(Protocol::ssh);
        seen.ssh_banner(identification->text);
    } else if (identification.error().kind == ParseError::Kind::truncated) {
        return octets.size();
    } else {
        ++seen.counters().ssh_malformed;
    }
    direction = {{}, true};
    return octets.size();
}

void SshStream::missing(Side side, std::uint64_t, const Observation&)
{
    sides_[side] = {{}, true};
}

}  // namespace waybill
