#include "wire/dns_event.h"

#include "wire/dns_name.h"
#include "wire/dns_rdata.h"

namespace waybill::dns {
namespace {

std::string name_text(const Message& message, std::size_t start)
{
    Name name;
    return read_name(message.octets, start, name) ? name.presentation() : std::string{};
}

}  // namespace

DnsEvent to_event(const Message& message, std::uint64_t flow, Timestamp at, Protocol dissector)
{
    DnsEvent event;
    event.flow = flow;
    event.at = at;
    event.response = message.header.response;
    event.rcode = message.header.rcode;
    event.dissector = dissector;
    if (message.header.opcode == Opcode::update)
        return event;
    event.questions.reserve(message.questions.size());
    for (const Question& question : message.questions)
        event.questions.push_back({.name = name_text(message, question.name), .qtype = type_text(question.type)});
    event.answers.reserve(message.answer_count);
    for (const Record& record : message.answers()) {
        if (record.type == Type::srv) {
            event.services.push_back({.name = name_text(message, record.name),
                                      .target = rdata_text(message, record),
                                      .port = service_port(message, record),
                                      .ttl = record.ttl});
            continue;
        }
        event.answers.push_back({.name = name_text(message, record.name),
                                 .rtype = type_text(record.type),
                                 .rdata = is_service_binding(record.type) ? std::string{} : rdata_text(message, record),
                                 .ttl = record.ttl});
    }
    return event;
}

}  // namespace waybill::dns
