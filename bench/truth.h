#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/capture_writer.h"
#include "bench/frame.h"
#include "bench/script.h"

namespace waybill::bench {

/// How a flow uses the name of its server.
struct NameUse {
    enum class Source : std::uint8_t { dns, tls_sni, quic_sni, http_host } source{};
    std::uint32_t number = 0;  ///< server_name(number)
};
constexpr std::size_t name_source_count = 4;

/// Packets and octets in the two directions.
struct Volume {
    std::array<std::uint64_t, 2> packets{};
    std::array<std::uint64_t, 2> wire_octets{};     ///< of frames
    std::array<std::uint64_t, 2> payload_octets{};  ///< behind the TCP or UDP header

    void add(Direction direction, std::size_t wire, std::size_t payload);
};

/// One flow while it is written.
struct FlowTruth {
    std::uint64_t number = 0;
    NameUse use{};
    Volume volume{};
};

/// A flow that a test looks at by itself.
struct CheckedFlow {
    Frames frames;
    FlowTruth flow;
};

/// What the capture holds, for a test to compare with.
class Truth {
public:
    explicit Truth(std::uint64_t flows);

    void add_flow(const Script& script, const NameUse& use);
    void add_packet(CaptureTime at);
    void end_flow(const Frames& frames, const FlowTruth& flow);

    std::uint64_t packets() const { return packets_; }

    /// The truth as JSON text; `about` is the plan in the same form, `file_octets` the size of the file.
    std::string json(const std::string& about, std::uint64_t file_octets) const;

private:
    bool is_checked(std::uint64_t number) const;
    void see_name(std::size_t source, std::uint32_t number);

    std::uint64_t expected_flows_;
    std::uint64_t packets_ = 0;
    CaptureTime first_{};
    CaptureTime last_{};
    std::array<std::uint64_t, 2> flows_{};  ///< by Transport
    std::array<Volume, 2> volumes_{};       ///< by Transport
    std::uint64_t ipv6_flows_ = 0;
    Said said_;
    std::array<std::uint64_t, name_source_count> naming_flows_{};
    std::array<std::vector<bool>, name_source_count + 1> names_seen_;  ///< the last: by any source
    std::array<std::uint64_t, name_source_count + 1> distinct_names_{};
    std::vector<CheckedFlow> checked_;
};

}  // namespace waybill::bench
