#pragma once

#include <functional>
#include <string_view>
#include <utility>

#include "base/json_writer.h"
#include "base/text_buffer.h"
#include "model/time_writer.h"
#include "report/event_receiver.h"
#include "report/tls_members.h"

namespace waybill {

/// Appends events.ndjson line by line (docs/formats/events.md): `header` first, `capture` last.
class EventWriter final : public EventReceiver {
public:
    using Output = std::function<void(std::string_view)>;  ///< takes whole lines

    explicit EventWriter(Output output) : output_{std::move(output)} {}

    void header(const Bounds& bounds) override;
    void process(const Process& process) override;
    void flow(const Flow& flow, const Owner& owner) override { flow_of(flow, owner, nullptr); }
    void owned_flow(const Flow& flow, const FlowOwner& owner) override { flow_of(flow, owner.owner, &owner); }
    void dns(const DnsEvent& event) override;
    void contact(const Contact& contact, const Rating& rating) override;
    void phase(const Phase& phase) override;  ///< as a `mark`
    void gap(const Gap& gap) override;
    void capture(const CaptureSummary& summary) override;
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
