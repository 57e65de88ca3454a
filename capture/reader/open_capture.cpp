#include "capture/reader/open_capture.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "capture/reader/compressed_octets.h"
#include "capture/reader/octet_window.h"
#include "capture/reader/pcap_reader.h"
#include "capture/reader/pcapng_reader.h"
#include "capture/reader/snoop_reader.h"

namespace waybill {

namespace {

using enum CaptureError::Kind;
using OpenResult = std::expected<std::unique_ptr<PacketSource>, CaptureError>;

constexpr std::size_t longest_magic = 12;  // pcapng: block type, length and byte-order magic

/// Formats that are often given instead, and what to do with them.
struct OtherFormat {
    std::string_view magic;
    std::string_view advice;
};

constexpr std::array other_formats{
    OtherFormat{{"\x04\x22\x4d\x18", 4}, "is compressed with LZ4; decompress it first (lz4 -d)"},
    OtherFormat{{"\xfd"
                 "7zXZ",
                 5},
                "is compressed with xz; decompress it first (xz -d)"},
    OtherFormat{"BZh", "is compressed with bzip2; decompress it first (bzip2 -d)"},
    OtherFormat{{"PK\x03\x04", 4}, "is a zip archive; unpack it first"},
    OtherFormat{"GMBU", "is a Network Monitor capture; convert it first (editcap -F pcapng)"},
};

CaptureError unknown_format(Bytes beginning)
{
    if (beginning.empty())
        return {not_understood, "is empty: not even a capture file's header; record it again"};
    for (const OtherFormat& other : other_formats)
        if (as_text(beginning).starts_with(other.magic))
            return {not_understood, std::string{other.advice}};
    return {not_understood,
            "is no capture that is read here (pcap, pcapng or snoop, plain or in gzip or zstd); convert it "
            "first (editcap -F pcapng)"};
}

template <class Reader>
OpenResult open_as(OctetWindow window)
{
    auto reader = Reader::open(std::move(window));
    if (!reader)
        return std::unexpected(std::move(reader).error());
    return *std::move(reader);
}

OpenResult open_plain(OctetWindow window)
{
    window.require(longest_magic);  // a shorter file is judged by what there is
    const Bytes beginning = window.available();
    if (PcapReader::recognises(beginning))
        return open_as<PcapReader>(std::move(window));
    if (PcapngReader::recognises(beginning))
        return open_as<PcapngReader>(std::move(window));
    if (SnoopReader::recognises(beginning))
        return open_as<SnoopReader>(std::move(window));
    return std::unexpected(window.failure() ? *window.failure() : unknown_format(beginning));
}

std::string display_name(const std::filesystem::path& input)
{
    return input == "-" ? "standard input" : input.string();
}

CaptureError name_file(CaptureError error, const std::filesystem::path& input)
{
    error.message =
        display_name(input) + (error.kind == not_understood || error.kind == unreadable ? " " : ": ") + error.message;
    return error;
}

std::expected<FileDescriptor, CaptureError> open_input(const std::filesystem::path& input)
{
    FileDescriptor descriptor{input == "-" ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                           : ::open(input.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!descriptor)
        return std::unexpected(CaptureError{unreadable, "cannot be opened: " + std::generic_category().message(errno)});
    return descriptor;
}

OpenResult open_file(const std::filesystem::path& input)
{
    auto descriptor = open_input(input);
    auto source = descriptor ? read_capture(std::make_unique<DescriptorOctets>(*std::move(descriptor)))
                             : OpenResult{std::unexpected(std::move(descriptor).error())};
    if (!source)
        return std::unexpected(name_file(std::move(source).error(), input));
    return source;
}

/// What is left of a source after an error.
class NoPackets final : public PacketSource {
public:
    NextPacket next() override { return nullptr; }
};

/// Capture files one after another.
class CaptureFiles final : public PacketSource {
public:
    CaptureFiles(std::vector<std::filesystem::path> inputs, std::unique_ptr<PacketSource> first)
        : inputs_{std::move(inputs)}, source_{std::move(first)}
    {
    }

    NextPacket next() override { return read(&PacketSource::next); }
    NextPackets next_packets() override { return read(&PacketSource::next_packets); }

    SourceNotes notes() const override
    {
        SourceNotes notes = finished_;
        notes.add(file_notes());
        return notes;
    }
    std::size_t current_file() const override { return file_; }

private:
    static bool is_end(const Packet* packet) { return packet == nullptr; }
    static bool is_end(std::span<const Packet> packets) { return packets.empty(); }

    /// Reads on from the file that has something left.
    template <typename Read>
    Read read(Read (PacketSource::*read_one)())
    {
        Read read = (*source_.*read_one)();            // the only value returned, so that none is moved
        while (!read || is_end(*read)) [[unlikely]] {  // ends: each round is a file less
            if (!read)
                read.error() = name_file(std::move(read.error()), inputs_[file_]);
            if (!read || file_ + 1 >= inputs_.size())
                break;
            if (auto opened = open_next(); !opened) {
                read = std::unexpected(std::move(opened).error());
                break;
            }
            read = (*source_.*read_one)();
        }
        if (!read) [[unlikely]]
            stop();
        return read;
    }
    std::expected<void, CaptureError> open_next()
    {
        auto next_source = open_file(inputs_[file_ + 1]);
        if (!next_source)
            return std::unexpected(std::move(next_source).error());
        finished_.add(file_notes());
        source_ = *std::move(next_source);
        ++file_;
        return {};
    }
    void stop()
    {
        finished_ = notes();
        source_ = std::make_unique<NoPackets>();
        inputs_.resize(file_ + 1);
    }
    SourceNotes file_notes() const
    {
        SourceNotes notes = source_->notes();
        for (SourceDamage& damage : notes.damages)
            damage.file = file_;
        return notes;
    }

    std::vector<std::filesystem::path> inputs_;
    std::unique_ptr<PacketSource> source_;
    std::size_t file_ = 0;
    SourceNotes finished_;  ///< of the files before the current one
};

}  // namespace

OpenResult read_capture(std::unique_ptr<OctetSource> octets)
{
    OctetWindow window{std::move(octets)};
    window.require(longest_magic);  // a shorter file is judged by what there is
    const auto compression = recognise_compression(window.available());
    if (!compression)
        return open_plain(std::move(window));
    auto decompressed = decompress(*compression, std::move(window));
    if (!decompressed)
        return std::unexpected(std::move(decompressed).error());
    auto source = open_plain(OctetWindow{*std::move(decompressed)});
    if (!source && source.error().kind != unreadable)
        return std::unexpected(CaptureError{not_understood, std::move(source).error().message});
    return source;
}

OpenResult open_capture(std::span<const std::filesystem::path> inputs)
{
    if (inputs.empty())
        return std::unexpected(CaptureError{unreadable, "no capture file is given"});
    for (const auto& input : inputs)
        if (input != "-" && ::access(input.c_str(), R_OK) != 0)
            return std::unexpected(name_file(
                CaptureError{unreadable, "cannot be opened: " + std::generic_category().message(errno)}, input));
    auto first = open_file(inputs.front());
    if (!first)
        return first;
    return std::make_unique<CaptureFiles>(std::vector(inputs.begin(), inputs.end()), *std::move(first));
}

}  // namespace waybill
