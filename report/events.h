#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_writer.h"
#include "base/text_buffer.h"
#include "model/contact.h"
#include "model/dns.h"
#include "model/flow.h"
#include "model/gap.h"
#include "model/owners.h"
#include "model/phase.h"
#include "model/process.h"
#include "model/rating.h"
#include "model/time_writer.h"
#include "report/tls_members.h"

namespace waybill {

/// Totals of the input, as the last line tells them.
struct CaptureSummary {
    std::uint64_t packets = 0;
    std::uint64_t wire_bytes = 0;
    std::uint64_t dropped = 0;
    std::optional<Timestamp> first;
    std::optional<Timestamp> last;
    std::vector<std::string> files;  ///< names as given, or relative to the case
};

/// Bounds that were in force, by name.
using Bounds = std::vector<std::pair<std::string_view, std::uint64_t>>;

/// Appends events.ndjson line by line (docs/formats/events.md): `header` first, `capture` last.
class EventWriter {
public:
    using Output = std::function<void(std::string_view)>;  ///< takes whole lines

    explicit EventWriter(Output output) : output_{std::move(output)} {}

    void header(const Bounds& bounds);
    void process(const Process& process);
    void flow(const Flow& flow, const Owner& owner) { flow_of(flow, owner, nullptr); }
    void owned_flow(const Flow& flow, const FlowOwner& owner) { flow_of(flow, owner.owner, &owner); }
    void dns(const DnsEvent& event);
    void contact(const Contact& contact, const Rating& rating);
    void phase(const Phase& phase);  ///< as a `mark`
    void gap(const Gap& gap);
    void capture(const CaptureSummary& summary);
    void flush();

private:
    void flow_of(const Flow& flow, const Owner& owner, const FlowOwner* roles);
    static void legs(JsonWriter& json, const Contact& contact);
    void end_line(JsonWriter& json);
    void flush_if_full();

    Output output_;
    TextBuffer buffer_;
    TimeWriter times_;
    TlsMembers tls_;
};

}  // namespace waybill
