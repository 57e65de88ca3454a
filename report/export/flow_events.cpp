#include "report/export/flow_events.h"

#include "report/export/facts.h"

namespace waybill {

FlowEvents::FlowEvents(const Report& report, Output output) : report_{report}, output_{std::move(output)}
{
    for (const RatedContact& rated : report.contacts)
        contacts_.emplace(rated.contact.id, &rated);
}

void FlowEvents::flow(const Flow& flow, const Owner& owner)
{
    const auto contact = contacts_.find(flow.contact);
    const auto held = held_.find(flow.id);
    const std::span<const HeldDns> dns = held == held_.end() ? std::span<const HeldDns>{} : std::span{held->second};
    tell({flow, owner, contact == contacts_.end() ? nullptr : contact->second,
          exported::find_process(report_, owner.process), dns});
    if (held != held_.end())
        held_.erase(held);
}

void FlowEvents::dns(const DnsEvent& event)
{
    HeldDns message{event.at, event.response, event.rcode, {}, {}};
    for (const DnsQuestion& question : event.questions)
        message.questions.emplace_back(question.name, question.qtype);
    for (const DnsAnswer& answer : event.answers)
        if (!answer.rdata.empty())
            message.answers.push_back({std::string{answer.rtype}, std::string{answer.rdata}, answer.ttl});
    held_[event.flow].push_back(std::move(message));
}

std::string_view hello_name(const Flow& flow)
{
    for (const NameClue& clue : flow.facts.names)
        if (clue.source == NameSource::tls_sni || clue.source == NameSource::quic_sni ||
            clue.source == NameSource::dtls_sni)
            return clue.name.text();
    return {};
}

}  // namespace waybill
