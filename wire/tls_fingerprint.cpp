#include "wire/tls_fingerprint.h"

#include <algorithm>
#include <span>

#include "wire/ja3.h"
#include "wire/ja4.h"

namespace waybill::tls {
namespace {

/// Writes into a string that was made long enough before, so that no octet is a call to grow it.
class KeyWriter {
public:
    explicit KeyWriter(std::span<char> room) : room_{room} {}

    void u8(unsigned value) { room_[at_++] = static_cast<char>(value); }
    void u16(std::size_t value)
    {
        u8(static_cast<unsigned>(value >> 8U & 0xffU));
        u8(static_cast<unsigned>(value & 0xffU));
    }

    /// How many values but GREASE there are, and each of them.
    void list(const U16List& values)
    {
        const std::size_t start = reserve_count();
        std::size_t plain = 0;  // where the run of values begins that has no GREASE so far
        for (auto i = values.find_grease(0); i < values.size(); i = values.find_grease(plain)) {
            grease_ = true;
            copy(values.octets(plain, i));
            plain = i + 1;
        }
        copy(values.octets(plain, values.size()));
        set_count(start);
    }

    /// The types of the extensions, as a list.
    void extension_types(Bytes extensions)
    {
        const std::size_t start = reserve_count();
        Cursor list{extensions};
        while (!list.at_end()) {  // each turn takes four octets or fails
            const std::uint16_t type = list.u16();
            list.skip(list.u16());
            if (is_grease(type))
                grease_ = true;
            else
                u16(type);
        }
        set_count(start);
    }

    void octets(Bytes run)
    {
        u16(run.size());
        copy(run);
    }

    std::size_t size() const { return at_; }
    bool grease() const { return grease_; }

private:
    void copy(Bytes run)
    {
        std::ranges::copy(as_text(run), room_.subspan(at_).begin());
        at_ += run.size();
    }
    std::size_t reserve_count()
    {
        at_ += 2;
        return at_;
    }
    void set_count(std::size_t start)
    {
        const std::size_t end = at_;
        at_ = start - 2;
        u16((end - start) / 2);
        at_ = end;
    }

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

void append_fingerprint_key(const ClientHello& hello, std::string& key)
{
    // Two versions, two octets of kind and flags, six counts; an extension has four octets, of which its type is two.
    constexpr std::size_t fixed_octets = 2 + 2 + 2 + (6 * 2);
    const std::size_t start = key.size();
    key.resize(start + fixed_octets + (2 * hello.cipher_suites.size()) + (hello.extensions.size() / 2) +
               (2 * (hello.supported_groups.size() + hello.signature_algorithms.size())) +
               hello.ec_point_formats.size() + hello.alpn.size());

    KeyWriter out{std::span{key}.subspan(start)};
    out.u16(hello.legacy_version);
    out.u16(highest_version(hello));
    out.list(hello.cipher_suites);
    out.extension_types(hello.extensions);
    out.list(hello.supported_groups);
    out.list(hello.signature_algorithms);
    out.octets(hello.ec_point_formats);
    out.octets(hello.alpn);
    // The last octets: GREASE is known when the lists have been walked.
    const bool grease = out.grease() || holds_grease(hello.supported_versions) || alpn_holds_grease(hello.alpn);
    const bool sslv2 = hello.format == HandshakeMessage::Format::sslv2;
    out.u8(static_cast<unsigned>(hello.transport));
    out.u8((hello.ech_offered ? 1U : 0U) | (grease ? 2U : 0U) | (sslv2 ? 4U : 0U));
    key.resize(start + out.size());
}

HelloFingerprint make_fingerprint(const ClientHello& hello)
{
    Ja4Digests digests;
    return make_fingerprint(hello, digests);
}

HelloFingerprint make_fingerprint(const ClientHello& hello, Ja4Digests& digests)
{
    HelloFingerprint fingerprint;
    fingerprint.version = highest_version(hello);
    fingerprint.alpn = alpn_names(hello);
    fingerprint.ech_offered = hello.ech_offered;
    fingerprint.grease = offers_grease(hello);
    if (hello.format != HandshakeMessage::Format::sslv2) {
        fingerprint.ja3 = ja3(hello);
        fingerprint.ja4 = ja4(hello, digests);
    }
    return fingerprint;
}

bool offers_grease(const ClientHello& hello)
{
    return holds_grease(hello.cipher_suites) || holds_grease(hello.extensions) ||
           holds_grease(hello.supported_groups) || holds_grease(hello.signature_algorithms) ||
           holds_grease(hello.supported_versions) || alpn_holds_grease(hello.alpn);
}

}  // namespace waybill::tls
