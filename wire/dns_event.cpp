#include "wire/dns_event.h"

#include "wire/dns_rdata.h"

namespace waybill::dns {

const DnsEvent& EventTeller::tell(const Message& message, std::uint64_t flow, Timestamp at, Protocol dissector)
{
    texts_used_ = 0;
    event_.flow = flow;
    event_.at = at;
    event_.response = message.header.response;
    event_.rcode = message.header.rcode;
    event_.dissector = dissector;
    event_.questions.clear();
    event_.answers.clear();
    event_.services.clear();
    if (message.header.opcode == Opcode::update)
        return event_;
    for (const Question& question : message.questions)
        tell_question(message, question);
    for (const Record& record : message.answers())
        tell_answer(message, record);
    return event_;
}

void EventTeller::tell_question(const Message& message, const Question& question)
{
    event_.questions.push_back({.name = name_text(message, question.name), .qtype = type_text(question.type)});
}

void EventTeller::tell_answer(const Message& message, const Record& record)
{
    // Most answers are to the first question and point at its name.
    const bool is_asked =
        !message.questions.empty() && is_pointer_to(message.octets, record.name, message.questions.front().name);
    const std::string_view name = is_asked ? event_.questions.front().name : name_text(message, record.name);
    std::string_view rdata;
    if (!is_service_binding(record.type))
        rdata = rdata_text(message, record);
    if (record.type == Type::srv)
        event_.services.push_back(
            {.name = name, .target = rdata, .port = service_port(message, record), .ttl = record.ttl});
    else
        event_.answers.push_back({.name = name, .rtype = type_text(record.type), .rdata = rdata, .ttl = record.ttl});
}

std::string_view EventTeller::name_text(const Message& message, std::size_t start)
{
    Text& text = next_text();
    if (const std::size_t size = write_plain_name(message.octets, start, text.room); size > 0)
        return {text.room.data(), size};
    text.any_length.clear();
    if (read_name(message.octets, start, name_))
        name_.append_presentation(text.any_length);
    return text.any_length;
}

std::string_view EventTeller::rdata_text(const Message& message, const Record& record)
{
    Text& text = next_text();
    if (const auto address = address_of(message, record))
        return address->text(std::span{text.room}.first<IpAddress::max_text_characters>());
    text.any_length.clear();
    append_rdata_text(message, record, text.any_length);
    return text.any_length;
}

std::string_view EventTeller::type_text(Type type)
{
    if (const std::string_view registered = registered_type_text(type); !registered.empty())
        return registered;
    return next_text().any_length = dns::type_text(type);
}

EventTeller::Text& EventTeller::next_text()
{
    if (texts_used_ == texts_.size())
        texts_.push_back(std::make_unique<Text>());
    return *texts_[texts_used_++];
}

}  // namespace waybill::dns
