#include "wire/tls_fingerprint.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "wire/ja4.h"

namespace waybill::tls {
namespace {

/// A key begins with two versions, transport, flags, and how many extension types there are; these follow.
constexpr std::size_t type_count_offset = 6;
constexpr std::size_t types_offset = type_count_offset + 2;

constexpr std::size_t word_octets = sizeof(std::uint64_t);
constexpr std::uint16_t any_grease = 0x0a0a;  // stands in a key for whichever was drawn

/// Four values with one GREASE value in place of whichever. Their byte order does not matter.
constexpr std::uint64_t merge_grease(std::uint64_t values)
{
    constexpr std::uint64_t every = 0x0001000100010001;  // times a value: that value four times
    const std::uint64_t low_halves = (values & every * 0x0f0f) ^ every * any_grease;
    const std::uint64_t difference = (values ^ values >> 8U) & every * 0xff;
    const std::uint64_t others = low_halves | difference;  // zero where GREASE stands, and below 0x1000 elsewhere
    const std::uint64_t grease = ~(others + every * 0x7fff) >> 15U & every;
    return (values & ~(grease * 0xffff)) | grease * any_grease;
}
static_assert(merge_grease(0x0a0a'fafa'fa0a'130a) == 0x0a0a'0a0a'fa0a'130a);

/// Writes into a string that was made long enough before, so that no octet is a call to grow it. Byte order does not
/// matter: keys live in one process.
class KeyWriter {
public:
    explicit KeyWriter(std::span<char> room) : room_{room} {}

    void u16(std::size_t value)
    {
        const auto number = static_cast<std::uint16_t>(value);
        std::memcpy(room_.subspan(at_, sizeof(number)).data(), &number, sizeof(number));
        at_ += sizeof(number);
    }

    void octets(Bytes run)
    {
        if (run.empty())
            return;
        std::memcpy(room_.subspan(at_, run.size()).data(), run.data(), run.size());
        at_ += run.size();
    }

    /// The values, and behind them how many octets they take.
    void values(const U16List& values)
    {
        const std::size_t start = at_;
        octets(values.octets());
        for (std::size_t at = start; at < at_; at += word_octets) {  // behind the last one too, where the key goes on
            const auto room = room_.subspan(at, word_octets);
            std::uint64_t four_values = 0;
            std::memcpy(&four_values, room.data(), word_octets);
            four_values = merge_grease(four_values);
            std::memcpy(room.data(), &four_values, word_octets);
        }
        u16(at_ - start);
    }

    /// The types of the extensions, as they stand in a key.
    void extension_types(Bytes extensions)
    {
        constexpr std::size_t header_octets = 4;
        const std::span types = room_.subspan(types_offset, extensions.size() / 2);
        auto type = types.begin();
        auto at = extensions.begin();
        while (extensions.end() - at >= static_cast<std::ptrdiff_t>(header_octets)) {  // each turn takes as many
            const U16List header{Bytes{at, header_octets}};
            const std::uint16_t number = is_grease(header[0]) ? any_grease : header[0];
            std::memcpy(std::to_address(type), &number, sizeof(number));
            type += sizeof(number);
            at += std::min(static_cast<std::ptrdiff_t>(header_octets + header[1]), extensions.end() - at);
        }
        const auto octets = static_cast<std::size_t>(type - types.begin());
        at_ = type_count_offset;
        u16(octets / sizeof(std::uint16_t));
        at_ += octets;
    }

    std::size_t size() const { return at_; }

private:
    std::span<char> room_;
    std::size_t at_ = 0;
};

bool holds_grease(const U16List& values)
{
    return values.find_grease(0) < values.size();
}

bool holds_grease(Bytes extensions)
{
    Cursor list{extensions};
    while (!list.at_end())  // each turn takes four octets or fails
        if (is_grease(static_cast<std::uint16_t>(next_extension(list).type)))
            return true;
    return false;
}

/// RFC 8701, 3.1: a protocol name of the two octets of a GREASE value.
bool alpn_holds_grease(Bytes names)
{
    Cursor list{names};
    while (!list.at_end()) {  // each turn takes an octet or fails
        const Bytes name = list.bytes(list.u8());
        if (name.size() == sizeof(std::uint16_t) && is_grease(U16List{name}[0]))
            return true;
    }
    return false;
}

/// Writes the key and gives its length.
std::size_t write_key(const ClientHello& hello, std::span<char> room)
{
    KeyWriter out{room};
    out.extension_types(hello.extensions);
    out.values(hello.cipher_suites);
    out.values(hello.supported_groups);
    out.values(hello.signature_algorithms);
    out.octets(hello.ec_point_formats);
    out.u16(hello.ec_point_formats.size());
    out.octets(hello.alpn);
    out.u16(hello.alpn.size());
    const bool grease = holds_grease(hello.supported_versions);  // all else that may hold it stands in the key
    const bool sslv2 = hello.format == HandshakeMessage::Format::sslv2;
    KeyWriter head{room};
    head.u16(hello.legacy_version);
    head.u16(highest_version(hello));
    head.u16(static_cast<unsigned>(hello.transport) << 8U | (hello.ech_offered ? 1U : 0U) | (grease ? 2U : 0U) |
             (sslv2 ? 4U : 0U));
    return out.size();
}

}  // namespace

void write_fingerprint_key(const ClientHello& hello, std::string& key)
{
    // Five lengths follow their lists; an extension has four octets, of which its type is two.
    constexpr std::size_t lengths = 5 * sizeof(std::uint16_t);
    const std::size_t most = types_offset + lengths + (2 * hello.cipher_suites.size()) + (hello.extensions.size() / 2) +
                             (2 * (hello.supported_groups.size() + hello.signature_algorithms.size())) +
                             hello.ec_point_formats.size() + hello.alpn.size() + word_octets;
    key.resize_and_overwrite(most,
                             [&](char* room, std::size_t octets) { return write_key(hello, std::span{room, octets}); });
}

void sort_extension_types(std::string& key)
{
    const std::span<char> room{key};
    std::uint16_t count = 0;
    std::memcpy(&count, room.subspan(type_count_offset, sizeof(count)).data(), sizeof(count));
    if (count == 0)
        return;
    const auto types = room.subspan(types_offset, count * sizeof(count));
    std::vector<std::uint16_t> sorted(count);
    std::memcpy(sorted.data(), types.data(), types.size());
    std::ranges::sort(sorted);
    std::memcpy(types.data(), sorted.data(), types.size());
}

HelloFingerprint make_fingerprint(const ClientHello& hello)
{
    HelloFingerprint fingerprint;
    fingerprint.version = highest_version(hello);
    fingerprint.alpn = alpn_names(hello);
    fingerprint.ech_offered = hello.ech_offered;
    fingerprint.grease = offers_grease(hello);
    if (hello.format != HandshakeMessage::Format::sslv2)
        fingerprint.ja4 = ja4(hello);
    return fingerprint;
}

bool offers_grease(const ClientHello& hello)
{
    return holds_grease(hello.cipher_suites) || holds_grease(hello.extensions) ||
           holds_grease(hello.supported_groups) || holds_grease(hello.signature_algorithms) ||
           holds_grease(hello.supported_versions) || alpn_holds_grease(hello.alpn);
}

}  // namespace waybill::tls
