#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/report.h"
#include "report/event_receiver.h"

namespace waybill {

/// A DNS message that is kept until its flow ends, for only then its ends are told.
struct HeldDns {
    struct Answer {
        std::string rtype;
        std::string rdata;
        std::uint32_t ttl = 0;
    };
    Timestamp at;
    bool response = false;
    std::uint16_t rcode = 0;
    std::vector<std::pair<std::string, std::string>> questions;  ///< name and type
    std::vector<Answer> answers;                                 ///< those that name something
};

/// Is told an analysis, and tells each flow with its DNS messages, its contact and its process: for formats that have a
/// record a flow. The contacts are those of a report of the same recording, which the analysis tells only at its end.
class FlowEvents : public EventReceiver {
public:
    using Output = std::function<void(std::string_view)>;

    /// `report` is borrowed for the receiver's life.
    FlowEvents(const Report& report, Output output);

    void flow(const Flow& flow, const Owner& owner) final;
    void dns(const DnsEvent& event) final;

protected:
    /// What is known of a flow.
    struct Told {
        const Flow& flow;
        const Owner& owner;
        const RatedContact* contact;  ///< null at the bound of contacts
        const Process* process;       ///< null where none is known
        std::span<const HeldDns> dns;
    };
    virtual void tell(const Told& told) = 0;

    const Report& report() const { return report_; }
    void write(std::string_view line) const { output_(line); }

private:
    const Report& report_;
    Output output_;
    std::unordered_map<std::uint64_t, const RatedContact*> contacts_;  // by id
    std::map<std::uint64_t, std::vector<HeldDns>> held_;               // by flow
};

/// The name that the hello of a flow gives; empty without one.
std::string_view hello_name(const Flow& flow);

}  // namespace waybill
