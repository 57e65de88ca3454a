#include "capture/reader/record_stream.h"

#include <fmt/format.h>

namespace waybill {

NextPacket RecordStream::end(std::uint64_t passed)
{
    using enum CaptureError::Kind;
    const std::uint64_t left = passed + window.available().size();
    const auto failure = window.failure();
    const std::uint64_t position = window.position() - passed;
    if (!failure && left == 0)
        return nullptr;
    window.close();
    if (failure && failure->kind == unreadable)
        return std::unexpected(*failure);
    if (failure && failure->kind == damaged)
        ++notes.damaged_files;
    else
        ++notes.torn_files;
    notes.torn_octets += left;
    notes.tell({0, position,
                failure ? failure->message
                        : fmt::format("the file ends inside a record, {} octets after its beginning", left)});
    return nullptr;
}

NextPacket RecordStream::stop(std::string what)
{
    ++notes.damaged_files;
    notes.tell({0, window.position(), std::move(what)});
    window.close();
    return nullptr;
}

CaptureError header_error(const OctetWindow& window, std::string_view what)
{
    if (window.failure())
        return *window.failure();
    return {CaptureError::Kind::not_understood,
            fmt::format("ends after {} octets, inside the file header of {}; record it again",
                        window.position() + window.available().size(), what)};
}

}  // namespace waybill
