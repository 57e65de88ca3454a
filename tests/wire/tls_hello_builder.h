#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "base/cursor.h"

namespace waybill::test {

using Octets = std::vector<std::byte>;

inline void put(Octets& out, std::size_t value, unsigned width)
{
    for (unsigned i = width; i > 0; --i)
        out.push_back(static_cast<std::byte>(value >> (8U * (i - 1)) & 0xffU));
}

inline void put(Octets& out, Bytes run)
{
    out.insert(out.end(), run.begin(), run.end());
}

/// A vector of TLS: its length in `width` octets, then its content (RFC 8446, 3.4).
inline Octets vector_of(Bytes content, unsigned width)
{
    Octets out;
    put(out, content.size(), width);
    put(out, content);
    return out;
}

inline Octets u16s(std::initializer_list<unsigned> values)
{
    Octets out;
    for (const unsigned value : values)
        put(out, value, 2);
    return out;
}

/// A ClientHello put together field by field; what is not asked for is as a plain client has it.
struct HelloBuilder {
    std::uint16_t legacy_version = 0x0303;
    std::byte random{0x5a};  ///< repeated
    Octets session_id;
    std::optional<Octets> cookie;  ///< DTLS
    Octets cipher_suites = u16s({0x1301, 0x1302});
    bool has_extensions = true;
    Octets extensions;

    HelloBuilder& extension(unsigned type, Bytes data)
    {
        put(extensions, type, 2);
        put(extensions, vector_of(data, 2));
        return *this;
    }
    HelloBuilder& server_name(std::string_view name)
    {
        Octets entry{std::byte{0}};
        put(entry, vector_of(as_octets(name), 2));
        return extension(0, vector_of(entry, 2));
    }
    HelloBuilder& alpn(std::initializer_list<std::string_view> names)
    {
        Octets list;
        for (const std::string_view name : names)
            put(list, vector_of(as_octets(name), 1));
        return extension(16, vector_of(list, 2));
    }
    HelloBuilder& groups(std::initializer_list<unsigned> values) { return extension(10, vector_of(u16s(values), 2)); }
    HelloBuilder& algorithms(std::initializer_list<unsigned> values)
    {
        return extension(13, vector_of(u16s(values), 2));
    }
    HelloBuilder& versions(std::initializer_list<unsigned> values) { return extension(43, vector_of(u16s(values), 1)); }

    Octets body() const
    {
        Octets out;
        put(out, legacy_version, 2);
        out.insert(out.end(), 32, random);
        put(out, vector_of(session_id, 1));
        if (cookie)
            put(out, vector_of(*cookie, 1));
        put(out, vector_of(cipher_suites, 2));
        put(out, vector_of(Octets{std::byte{0}}, 1));
        if (has_extensions)
            put(out, vector_of(extensions, 2));
        return out;
    }
};

/// A handshake message (RFC 8446, 4).
inline Octets handshake(unsigned type, Bytes body)
{
    Octets out;
    put(out, type, 1);
    put(out, vector_of(body, 3));
    return out;
}

/// A TLS record (RFC 8446, 5.1).
inline Octets record(unsigned type, Bytes fragment)
{
    Octets out;
    put(out, type, 1);
    put(out, 0x0301, 2);
    put(out, vector_of(fragment, 2));
    return out;
}

/// A record of DTLS 1.2 in epoch 0 with a part of a handshake message (RFC 6347, 4.2.2).
inline Octets dtls_fragment(unsigned type, Bytes body, unsigned message_seq, std::size_t begin, std::size_t end)
{
    Octets part;
    put(part, type, 1);
    put(part, body.size(), 3);
    put(part, message_seq, 2);
    put(part, begin, 3);
    put(part, vector_of(body.subspan(begin, end - begin), 3));
    Octets out;
    put(out, 22, 1);
    put(out, 0xfefd, 2);
    put(out, 0, 2);
    put(out, message_seq, 6);
    put(out, vector_of(part, 2));
    return out;
}

inline Octets joined(std::initializer_list<Octets> parts)
{
    Octets out;
    for (const Octets& part : parts)
        put(out, part);
    return out;
}

}  // namespace waybill::test
