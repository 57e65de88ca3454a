#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/dns.h"
#include "wire/dns_message.h"
#include "wire/dns_name.h"

namespace waybill::dns {

/// Tells messages as events. It keeps the room of its texts, so that nothing is allocated when messages are alike.
class EventTeller {
public:
    /// The message as an event: its questions and the answer section. `dissector` is dns, mdns or llmnr. Of a damaged
    /// message it has what was read whole. An UPDATE has neither, for its sections are a zone and conditions (RFC 2136,
    /// 2). The rdata of SVCB and HTTPS stays empty: it is parameters, not one name.
    ///
    /// The event with its texts is this object's, until the next call.
    const DnsEvent& tell(const Message& message, std::uint64_t flow, Timestamp at, Protocol dissector);

private:
    void tell_question(const Message& message, const Question& question);
    void tell_answer(const Message& message, const Record& record);
    std::string_view name_text(const Message& message, std::size_t start);
    std::string_view rdata_text(const Message& message, const Record& record);
    std::string_view type_text(Type type);

    /// A text in one of two places: most are short.
    struct Text {
        std::array<char, plain_name_room> room;
        std::string any_length;
    };
    Text& next_text();

    DnsEvent event_;
    Name name_;                                 // the last one read
    std::vector<std::unique_ptr<Text>> texts_;  // each where it stays while there come more
    std::size_t texts_used_ = 0;
};

}  // namespace waybill::dns
