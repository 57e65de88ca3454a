#include "capture/network/preparation.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "capture/mark/mark_pipe.h"

namespace waybill::contained {
namespace {

RunError cannot_create(const std::filesystem::path& path, std::error_code code)
{
    return {RunError::Kind::cannot_create, fmt::format("{}: {}", path.string(), code.message())};
}

/// An octet with room for a descriptor (unix(7), SCM_RIGHTS); stays where it is.
struct DescriptorMessage {
    char octet = 0;
    iovec part{&octet, 1};
    alignas(cmsghdr) std::array<unsigned char, CMSG_SPACE(sizeof(int))> room{};
    msghdr message{};

    DescriptorMessage()
    {
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = room.data();
        message.msg_controllen = room.size();
    }
    DescriptorMessage(const DescriptorMessage&) = delete;
    DescriptorMessage& operator=(const DescriptorMessage&) = delete;
    DescriptorMessage(DescriptorMessage&&) = delete;
    DescriptorMessage& operator=(DescriptorMessage&&) = delete;
    ~DescriptorMessage() = default;
};

}  // namespace

std::expected<FileDescriptor, RunError> create_recording_file(const std::filesystem::path& path)
{
    FileDescriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640)};
    if (!file)
        return std::unexpected(cannot_create(path, last_error()));
    return file;
}

std::expected<OpenMarks, RunError> open_marks(const std::optional<MarkFiles>& files)
{
    if (!files)
        return OpenMarks{};
    auto pipe = MarkPipe::open(files->pipe);
    if (!pipe)
        return std::unexpected(RunError{RunError::Kind::cannot_create, pipe.error()});
    auto file = create_recording_file(files->file);
    if (!file)
        return std::unexpected(file.error());
    return OpenMarks{*std::move(pipe), *std::move(file)};
}

std::expected<ControlPair, RunError> make_control()
{
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return std::unexpected(step_failed("make a socket pair", last_error()));
    return ControlPair{FileDescriptor{ends.at(0)}, FileDescriptor{ends.at(1)}};
}

void send_descriptor(int control, const FileDescriptor& file)
{
    DescriptorMessage parts;
    msghdr& message = parts.message;
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    const int descriptor = file.get();
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    ::sendmsg(control, &message, MSG_NOSIGNAL);  // one that has gone wants none
}

ReceivedDescriptor receive_descriptor(int control)
{
    DescriptorMessage parts;
    msghdr& message = parts.message;
    const ssize_t count = ::recvmsg(control, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    ReceivedDescriptor received;
    received.is_over = count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
    const cmsghdr* const header = count > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
    if (header == nullptr || header->cmsg_type != SCM_RIGHTS)
        return received;
    int descriptor = -1;
    std::memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
    received.descriptor = FileDescriptor{descriptor};
    return received;
}

bool send_all(int control, std::string_view octets)
{
    while (!octets.empty()) {  // each round sends something or gives up
        const ssize_t sent = ::send(control, octets.data(), octets.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        octets.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace waybill::contained
