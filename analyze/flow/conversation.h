#pragma once

#include <variant>

#include "analyze/flow/tcp_stream.h"
#include "analyze/flow/udp_conversation.h"

namespace waybill {

/// The payload of one open flow being followed.
class Conversation {
public:
    template <typename Kind, typename... Arguments>
    explicit Conversation(std::in_place_type_t<Kind> kind, Arguments&&... arguments)
        : kind_{kind, std::forward<Arguments>(arguments)...}
    {
    }

    TcpStream* tcp() { return std::get_if<TcpStream>(&kind_); }
    UdpConversation* udp() { return std::get_if<UdpConversation>(&kind_); }

private:
    std::variant<TcpStream, UdpConversation> kind_;
};

}  // namespace waybill
