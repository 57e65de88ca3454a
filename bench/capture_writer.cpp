#include "bench/capture_writer.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace waybill::bench {
namespace {

constexpr std::size_t buffer_octets = std::size_t{1} << 20U;
constexpr std::size_t record_header_octets = 16;
constexpr std::uint32_t snaplen = 262144;

}  // namespace

CaptureWriter::CaptureWriter(FileDescriptor file) : file_{std::move(file)}, buffer_(buffer_octets)
{
    put_32(0xa1b2c3d4);  // microseconds, this machine's byte order
    put_32(0x00040002);  // version 2.4: two 16-bit fields on a little-endian machine
    put_32(0);
    put_32(0);
    put_32(snaplen);
    put_32(1);  // LINKTYPE_ETHERNET
}

std::expected<CaptureWriter, std::string> CaptureWriter::create(const std::string& path)
{
    FileDescriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)};
    if (!file)
        return std::unexpected(path + ": " + std::strerror(errno));
    return CaptureWriter{std::move(file)};
}

void CaptureWriter::put_32(std::uint32_t value)
{
    std::memcpy(std::span{buffer_}.subspan(used_, sizeof value).data(), &value, sizeof value);
    used_ += sizeof value;
}

std::span<std::byte> CaptureWriter::frame(std::size_t octets)
{
    frame_octets_ = octets;
    return std::span{buffer_}.subspan(used_ + record_header_octets, octets);
}

bool CaptureWriter::commit(CaptureTime at)
{
    constexpr std::int64_t second = 1'000'000;
    put_32(static_cast<std::uint32_t>(at.count() / second));
    put_32(static_cast<std::uint32_t>(at.count() % second));
    put_32(static_cast<std::uint32_t>(frame_octets_));
    put_32(static_cast<std::uint32_t>(frame_octets_));
    used_ += frame_octets_;
    constexpr std::size_t largest_record = record_header_octets + 65536;
    return buffer_.size() - used_ >= largest_record || flush();
}

bool CaptureWriter::flush()
{
    std::span<const std::byte> rest = std::span{buffer_}.first(used_);
    while (!rest.empty()) {
        const ssize_t count = ::write(file_.get(), rest.data(), rest.size());
        if (count < 0)
            return false;
        rest = rest.subspan(static_cast<std::size_t>(count));
        written_ += static_cast<std::uint64_t>(count);
    }
    used_ = 0;
    return true;
}

}  // namespace waybill::bench
