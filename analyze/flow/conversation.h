#pragma once

#include <variant>

#include "analyze/flow/tcp_stream.h"
#include "analyze/flow/udp_conversation.h"

namespace waybill {

/// The payload of one open flow being followed.
class Conversation {
public:
    /// Makes it another flow's.
    template <typename Kind, typename... Arguments>
    void restart(Arguments&&... arguments)
    {
        kind_.template emplace<Kind>(std::forward<Arguments>(arguments)...);
    }

    /// Gives all that it holds back, itself kept to be restarted.
    void stop() { kind_.emplace<std::monostate>(); }

    TcpStream* tcp() { return std::get_if<TcpStream>(&kind_); }
    UdpConversation* udp() { return std::get_if<UdpConversation>(&kind_); }

private:
    std::variant<std::monostate, TcpStream, UdpConversation> kind_;
};

}  // namespace waybill
