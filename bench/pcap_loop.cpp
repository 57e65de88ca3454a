// waybill_pcap_loop FILE: what libpcap's own reader costs with nothing behind it. Every ratio of the bench is to this.
#include <fmt/core.h>
#include <pcap/pcap.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>

namespace {

struct PcapClose {
    void operator()(pcap_t* handle) const { pcap_close(handle); }
};

constexpr int exit_usage = 64;
constexpr int exit_not_readable = 66;

}  // namespace

int main(int argc, char** argv)
{
    const std::span words{argv, static_cast<std::size_t>(argc)};
    if (words.size() != 2) {
        std::fputs("usage: waybill_pcap_loop FILE\n", stderr);
        return exit_usage;
    }
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    const std::unique_ptr<pcap_t, PcapClose> handle{pcap_open_offline(words[1], error.data())};
    if (!handle) {
        fmt::print(stderr, "waybill_pcap_loop: {}\n", error.data());
        return exit_not_readable;
    }
    std::uint64_t packets = 0;
    std::uint64_t octets = 0;
    pcap_pkthdr* header = nullptr;
    const u_char* frame = nullptr;
    while (pcap_next_ex(handle.get(), &header, &frame) == 1) {
        ++packets;
        octets += header->len;
    }
    fmt::print("{} packets, {} octets\n", packets, octets);
    return 0;
}
