#include "wire/tls_fingerprint.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

#include "wire/ja4.h"

namespace waybill::tls {
namespace {

/// A key begins with two versions, transport, flags, and how many extension types there are; these follow.
constexpr std::size_t type_count_offset = 6;
constexpr std::size_t types_offset = type_count_offset + 2;

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

    /// The values but GREASE, and behind them how many there are.
    void values(const U16List& values)
    {
        const std::size_t start = at_;
        std::size_t plain = 0;  // where the run of values begins that has no GREASE so far
        for (auto i = values.find_grease(0); i < values.size(); i = values.find_grease(plain)) {
            grease_ = true;
            octets(values.octets(plain, i));
            plain = i + 1;
        }
        octets(values.octets(plain, values.size()));
        u16(at_ - start);
    }

    /// The types of the extensions but GREASE, as they stand in a key.
    void extension_types(Bytes extensions)
    {
        at_ = types_offset;
        Cursor list{extensions};
        while (!list.at_end()) {  // each turn takes four octets or fails
            const std::uint16_t type = list.u16();
            list.skip(list.u16());
            if (is_grease(type))
                grease_ = true;
            else
                u16(type);
        }
        const std::size_t end = at_;
        at_ = type_count_offset;
        u16((end - types_offset) / sizeof(std::uint16_t));
        at_ = end;
    }

    std::size_t size() const { return at_; }
    bool grease() const { return grease_; }

private:
    std::span<char> room_;
    std::size_t at_ = 0;
    bool grease_ = false;
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
               hello.ec_point_formats.size() + hello.alpn.size());
    KeyWriter out{key};
    out.extension_types(hello.extensions);
    out.values(hello.cipher_suites);
    out.values(hello.supported_groups);
    out.values(hello.signature_algorithms);
    out.octets(hello.ec_point_formats);
    out.u16(hello.ec_point_formats.size());
    out.octets(hello.alpn);
    out.u16(hello.alpn.size());
    const bool grease = out.grease() || holds_grease(hello.supported_versions) || alpn_holds_grease(hello.alpn);
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
