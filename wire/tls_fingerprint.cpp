#include "wire/tls_fingerprint.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
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

/// Puts one GREASE value in place of whichever.
void merge_grease(std::span<char, word_octets> four_values)
{
    std::array<std::uint16_t, 4> values{};
    std::memcpy(values.data(), four_values.data(), four_values.size());
    if (!may_hold_grease(std::bit_cast<std::uint64_t>(values)))
        return;
    std::ranges::replace_if(values, is_grease, any_grease);
    std::memcpy(four_values.data(), values.data(), four_values.size());
}

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
        for (std::size_t at = start; at < at_; at += word_octets)  // behind the last one too, where the key goes on
            merge_grease(room_.subspan(at).first<word_octets>());
        u16(at_ - start);
    }

    /// The types of the extensions, as they stand in a key.
    void extension_types(Bytes extensions)
    {
        constexpr std::size_t header_octets = 4;
        at_ = types_offset;
        while (extensions.size() >= header_octets) {  // each turn takes as many
            const U16List header{extensions.first<header_octets>()};
            u16(is_grease(header[0]) ? any_grease : header[0]);
            extensions = extensions.subspan(std::min(header_octets + header[1], extensions.size()));
        }
        const std::size_t end = at_;
        at_ = type_count_offset;
        u16((end - types_offset) / sizeof(std::uint16_t));
        at_ = end;
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

}  // namespace

void write_fingerprint_key(const ClientHello& hello, std::string& key)
{
    // Five lengths follow their lists; an extension has four octets, of which its type is two.
    constexpr std::size_t lengths = 5 * sizeof(std::uint16_t);
    key.resize(types_offset + lengths + (2 * hello.cipher_suites.size()) + (hello.extensions.size() / 2) +
               (2 * (hello.supported_groups.size() + hello.signature_algorithms.size())) +
               hello.ec_point_formats.size() + hello.alpn.size() + word_octets);
    KeyWriter out{key};
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
    KeyWriter head{key};
    head.u16(hello.legacy_version);
    head.u16(highest_version(hello));
    head.u16(static_cast<unsigned>(hello.transport) << 8U | (hello.ech_offered ? 1U : 0U) | (grease ? 2U : 0U) |
             (sslv2 ? 4U : 0U));
    key.resize(out.size());
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
