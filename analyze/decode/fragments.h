#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <vector>

#include "model/gap.h"
#include "model/time.h"
#include "wire/ip.h"

namespace waybill {

/// Puts IP datagrams together from their fragments (RFC 791, 3.2; RFC 8200, 4.5), in bounded memory.
///
/// A fragment that overlaps an earlier one adds only the octets that were not there (the first copy stands). A fragment
/// that the capture cut counts as long as its header says: the datagram gets whole, its payload ends where octets lack.
class FragmentTable {
public:
    static constexpr std::size_t max_held_octets = 4UL << 20U;  ///< all datagrams together
    static constexpr std::size_t max_datagrams = 1024;
    static constexpr std::chrono::seconds max_age{60};            ///< RFC 8200, 4.5: 60 seconds
    static constexpr std::uint32_t max_datagram_octets = 65'535;  ///< RFC 791, 3.1

    /// What is known of a whole or abandoned datagram.
    struct Datagram {
        IpPacket packet;  ///< `payload` is borrowed from this object's `octets`
        std::vector<std::byte> octets;
        std::uint32_t fragments = 0;
        std::uint64_t wire_octets = 0;
        std::uint64_t ip_octets = 0;
        std::uint32_t captured = max_datagram_octets;  ///< from here on octets were not captured
        std::uint8_t depth = 0;
        Timestamp first;
    };

    explicit FragmentTable(GapCounters& gaps) : gaps_{&gaps} {}

    /// Takes a fragment; gives the datagram once it is whole. `wire_octets` is the frame's length at `depth`.
    std::optional<Datagram> add(const IpPacket& fragment, std::uint64_t wire_octets, std::uint8_t depth,
                                Timestamp time);

    /// The datagrams that were given up since the last call, too old or at the bound, with what stands at their front
    /// without a hole: nothing where the first fragment is missing.
    std::vector<Datagram> take_abandoned();

    /// The octets at the front of the datagram that this fragment belongs to, as far as they are there without a hole;
    /// empty where it is not held. Borrowed until the next call.
    Bytes front_of(const IpPacket& fragment, std::uint8_t depth) const;

    bool has_abandoned() const { return !abandoned_.empty(); }

    /// Gives up what is still held: the input has ended.
    void abandon_all();

private:
    struct Key {
        IpAddress source;
        IpAddress destination;
        std::uint32_t identification;
        std::uint8_t protocol;
        std::uint8_t depth;
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    struct Partial {
        Datagram datagram;
        std::map<std::uint32_t, std::uint32_t> runs;  // begin → end of what is there, in octets, disjoint
        std::optional<std::uint32_t> total;
        std::list<Key>::iterator age;
    };

    static Key key_of(const IpPacket& fragment, std::uint8_t depth);
    void expire(Timestamp now);
    void abandon(std::map<Key, Partial>::iterator entry, GapKind reason);
    void forget(std::map<Key, Partial>::iterator entry);
    static void copy_in(Partial& partial, const IpPacket& fragment);

    GapCounters* gaps_;
    std::map<Key, Partial> partials_;
    std::list<Key> by_age_;  // oldest first
    std::vector<Datagram> abandoned_;
    std::size_t held_octets_ = 0;
};

}  // namespace waybill
