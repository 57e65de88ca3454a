#include "analyze/dissect/hello_cache.h"

#include "wire/tls_fingerprint.h"

namespace waybill {

ClientHelloFacts HelloCache::find_or_make(const tls::ClientHello& hello, Fingerprints wanted)
{
    tls::write_fingerprint_key(hello, key_);
    return hellos_.find_or_make(key_, [&] {
        ClientHelloFacts facts{.fingerprint = find_or_make_fingerprint(hello), .ja3 = {}};
        if (wanted == Fingerprints::with_ja3 && hello.format != tls::HandshakeMessage::Format::sslv2)
            facts.ja3 = ja3_.digest(hello);
        return facts;
    });
}

std::shared_ptr<const HelloFingerprint> HelloCache::find_or_make_fingerprint(const tls::ClientHello& hello)
{
    sorted_key_ = key_;
    tls::sort_extension_types(sorted_key_);
    return fingerprints_.find_or_make(
        sorted_key_, [&] { return std::make_shared<const HelloFingerprint>(tls::make_fingerprint(hello)); });
}

}  // namespace waybill
