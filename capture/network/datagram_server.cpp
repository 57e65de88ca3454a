#include "capture/network/datagram_server.h"

#include <span>

#include "capture/network/sockets.h"

namespace waybill::contained {
namespace {

constexpr int received_at_once = 64;  // then the other descriptors have their turn

}  // namespace

DatagramServer::~DatagramServer()
{
    for (const FileDescriptor& socket : sockets_)
        loop_.forget(socket.get());
}

std::error_code DatagramServer::serve(FileDescriptor socket, Speaks speaks)
{
    const int descriptor = socket.get();
    const auto failed = speaks == Speaks::dns
                            ? loop_.watch(descriptor, [this, descriptor] { answer_all(descriptor); })
                            : loop_.watch(descriptor, [this, descriptor] { receive_all(descriptor); });
    if (!failed)
        sockets_.push_back(std::move(socket));
    return failed;
}

void DatagramServer::answer_all(int socket)
{
    for (int i = 0; i < received_at_once; ++i) {
        DatagramPath path;
        const ssize_t length = receive_datagram(socket, buffer_, path);
        if (length < 0)
            return;
        ++counts_.dns_queries;
        const auto answer = answer_(std::span{buffer_}.first(static_cast<std::size_t>(length)));
        if (answer)
            answer_datagram(socket, *answer, path);
    }
}

void DatagramServer::receive_all(int socket)
{
    for (int i = 0; i < received_at_once; ++i) {
        if (::recv(socket, buffer_.data(), 1, MSG_DONTWAIT) < 0)
            return;
        ++counts_.received;
    }
}

}  // namespace waybill::contained
