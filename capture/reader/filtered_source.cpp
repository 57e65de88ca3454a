#include "capture/reader/filtered_source.h"

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "capture/deferred/libraries.h"
#include "capture/reader/record_stream.h"

namespace waybill {

namespace {

struct PcapClose {
    void operator()(pcap_t* handle) const { pcap_close(handle); }
};
using PcapHandle = std::unique_ptr<pcap_t, PcapClose>;

/// Owns the instructions of a compiled filter.
class FilterProgram {
public:
    FilterProgram() = default;
    FilterProgram(FilterProgram&& other) noexcept : program_{std::exchange(other.program_, bpf_program{})} {}
    FilterProgram& operator=(FilterProgram&& other) noexcept
    {
        std::swap(program_, other.program_);
        return *this;
    }
    FilterProgram(const FilterProgram&) = delete;
    FilterProgram& operator=(const FilterProgram&) = delete;
    ~FilterProgram() { pcap_freecode(&program_); }

    bpf_program* get() { return &program_; }
    const bpf_program* get() const { return &program_; }

private:
    bpf_program program_{};
};

/// libpcap's number for a link type; the two differ where operating systems disagreed (pcap-linktype(7)).
int data_link_type(LinkType link_type)
{
    constexpr std::array differing{
        std::pair{100, DLT_ATM_RFC1483}, std::pair{101, DLT_RAW},      std::pair{102, DLT_SLIP_BSDOS},
        std::pair{103, DLT_PPP_BSDOS},   std::pair{106, DLT_ATM_CLIP},
    };
    const int number = std::to_underlying(link_type);
    const auto* const found = std::ranges::find(differing, number, &std::pair<int, int>::first);
    return found == differing.end() ? number : found->second;
}

std::expected<FilterProgram, std::string> compile(const std::string& expression, LinkType link_type)
{
    if (const auto loaded = libpcap().load(); !loaded)
        return std::unexpected(loaded.error());
    const PcapHandle handle{pcap_open_dead(data_link_type(link_type), static_cast<int>(max_packet_octets))};
    if (!handle)
        return std::unexpected(std::string{"out of memory"});
    FilterProgram program;
    if (pcap_compile(handle.get(), program.get(), expression.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0)
        return std::unexpected(std::string{pcap_geterr(handle.get())});
    return program;
}

class FilteredSource final : public PacketSource {
public:
    FilteredSource(std::unique_ptr<PacketSource> source, std::string expression)
        : source_{std::move(source)}, expression_{std::move(expression)}
    {
    }

    NextPacket next() override
    {
        while (!failed_) {  // ends: each round is a packet less of the source
            NextPacket packet = source_->next();
            if (!packet || !*packet)
                return packet;
            const auto accepted = accepts(**packet);
            if (!accepted) {
                failed_ = true;
                return std::unexpected(accepted.error());
            }
            if (*accepted)
                return packet;
            ++filtered_packets_;
        }
        return nullptr;
    }

    SourceNotes notes() const override
    {
        SourceNotes notes = source_->notes();
        notes.filtered_packets += filtered_packets_;
        return notes;
    }
    std::size_t current_file() const override { return source_->current_file(); }

private:
    struct CompiledFilter {
        LinkType link_type;
        FilterProgram program;
    };

    std::expected<bool, CaptureError> accepts(const Packet& packet)
    {
        const auto filter = find_filter(packet.link_type);
        if (!filter)
            return std::unexpected(filter.error());
        pcap_pkthdr header{};
        header.caplen = static_cast<bpf_u_int32>(packet.octets.size());
        header.len = packet.wire_length;
        // libpcap's octets are unsigned char, which may alias std::byte
        const auto* octets = reinterpret_cast<const u_char*>(packet.octets.data());  // NOLINT(*-reinterpret-cast)
        return pcap_offline_filter((*filter)->get(), &header, octets) != 0;
    }

    std::expected<const FilterProgram*, CaptureError> find_filter(LinkType link_type)
    {
        const auto found = std::ranges::find(filters_, link_type, &CompiledFilter::link_type);
        if (found != filters_.end())
            return &found->program;
        auto program = compile(expression_, link_type);
        if (!program)
            return std::unexpected(
                CaptureError{CaptureError::Kind::bad_filter,
                             fmt::format("the filter \"{}\" can't be used on packets of link type {}: {}", expression_,
                                         std::to_underlying(link_type), program.error())});
        filters_.push_back({link_type, *std::move(program)});
        return &filters_.back().program;
    }

    std::unique_ptr<PacketSource> source_;
    std::string expression_;
    std::vector<CompiledFilter> filters_;  ///< one for each link type that occurred
    std::uint64_t filtered_packets_ = 0;
    bool failed_ = false;
};

}  // namespace

std::expected<std::unique_ptr<PacketSource>, CaptureError> filter_packets(std::unique_ptr<PacketSource> source,
                                                                          std::string_view expression)
{
    // Some expressions hold on some link types only; one that none of these accepts is a mistake.
    constexpr std::array tried{LinkType::ethernet, LinkType::raw, LinkType::ieee802_11_radiotap};
    const std::string text{expression};
    std::string message;
    for (const LinkType link_type : tried) {
        const auto program = compile(text, link_type);
        if (program)
            return std::make_unique<FilteredSource>(std::move(source), text);
        if (message.empty())
            message = program.error();
    }
    return std::unexpected(
        CaptureError{CaptureError::Kind::bad_filter,
                     fmt::format("the filter \"{}\" is not understood: {}; see pcap-filter(7)", expression, message)});
}

}  // namespace waybill
