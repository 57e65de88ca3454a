#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "analyze/dissect/keyed_cache.h"
#include "model/flow_facts.h"
#include "wire/ja3.h"
#include "wire/tls_client_hello.h"

namespace waybill {

/// What is wanted of ClientHellos: flows tell all, contacts all but JA3, and the text of a report tells nothing.
enum class Fingerprints : std::uint8_t { none, without_ja3, with_ja3 };

/// Fingerprints of ClientHellos: computing one takes digests, finding one a look at the hello. Equal hellos share what
/// they say; those that differ only in the order of their extensions, which browsers draw for each connection, share
/// all but JA3. Bounded: when full it starts anew, and flows keep what they have.
class HelloCache {
public:
    static constexpr std::size_t max_hellos = 4096;
    static constexpr std::size_t max_fingerprints = 1024;

    /// With JA3 or without, but the same for all hellos.
    ClientHelloFacts find_or_make(const tls::ClientHello& hello, Fingerprints wanted);
    std::size_t size() const { return fingerprints_.size(); }  ///< different ones, order aside

private:
    std::shared_ptr<const HelloFingerprint> find_or_make_fingerprint(const tls::ClientHello& hello);

    KeyedCache<ClientHelloFacts> hellos_{max_hellos};
    KeyedCache<std::shared_ptr<const HelloFingerprint>> fingerprints_{max_fingerprints};
    tls::Ja3 ja3_;
    std::string key_;         // reused from call to call
    std::string sorted_key_;  // likewise
};

}  // namespace waybill
