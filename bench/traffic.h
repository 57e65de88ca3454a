#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "bench/capture_writer.h"
#include "bench/conversations.h"
#include "bench/truth.h"

namespace waybill::bench {

enum class Kind : std::uint8_t { mixed, many, large };

std::optional<Kind> parse_kind(std::string_view text);
std::string_view text(Kind kind);

/// What to generate. The same plan gives the same file, octet for octet.
struct Plan {
    Kind kind = Kind::mixed;
    std::uint64_t flows = 0;
    std::uint64_t octets = 0;  ///< of the file, about; unused for `many`, whose flows have one size
    std::uint64_t seed = 1;
    bool distinct_names = false;  ///< every flow names a host of its own
};

/// The plan of about a gigabyte, or one in proportion where a number is given.
Plan make_plan(Kind kind, std::optional<std::uint64_t> flows, std::optional<std::uint64_t> octets);

/// Writes the packets of all flows in time order; memory grows with the flows that are open at once only.
class Traffic {
public:
    Traffic(const Plan& plan, CaptureWriter& writer);

    /// Error: the file could not be written.
    std::expected<void, std::string> write();
    const Truth& truth() const { return truth_; }

private:
    struct Flow {
        Script script;
        Random random;
        FlowTruth truth{};
        std::array<std::uint32_t, 2> first_sequence{};
        std::array<std::uint32_t, 2> next_sequence{};  ///< relative: what the other end acknowledges
        std::size_t step = 0;
        std::uint32_t progress = 0;       ///< octets of the step that are sent
        std::uint8_t unacknowledged = 0;  ///< packets of the step since the last acknowledgement
    };
    struct Event {
        CaptureTime at;
        std::uint64_t order;  ///< of creation: equal times have one order
        std::uint32_t slot;
        friend bool operator>(const Event& a, const Event& b) { return a.at != b.at ? a.at > b.at : a.order > b.order; }
    };
    struct Packet {
        PacketFields fields{};
        Content content = Content::message;
        std::uint32_t octets = 0;
        std::uint32_t gap = 0;
    };

    void start_session(CaptureTime at);
    void add_flow(Script script, CaptureTime at, std::uint64_t seed, NameUse use);
    Session make_session(Random& random) const;
    Packet next_packet(Flow& flow) const;
    Packet data_packet(Flow& flow, const Step& step) const;
    void fill_payload(Flow& flow, const Packet& packet, const Step& step, std::uint32_t progress,
                      std::span<std::byte> payload) const;
    bool emit(const Event& event);

    Plan plan_;
    CaptureWriter* writer_;  ///< borrowed
    Truth truth_;
    std::vector<std::byte> noise_;  ///< octets that fill payloads
    std::vector<std::optional<Flow>> slots_;
    std::vector<std::uint32_t> free_slots_;
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
    std::uint64_t sessions_ = 0;
    std::uint64_t flows_ = 0;
    std::uint64_t planned_octets_ = 0;
    std::uint64_t order_ = 0;
};

}  // namespace waybill::bench
