#pragma once

#include <string>

#include "model/flow_facts.h"
#include "wire/ja4.h"
#include "wire/tls_client_hello.h"

namespace waybill::tls {

/// Appends to `key` the octets of `hello` that its HelloFingerprint depends on: equal keys, equal fingerprints.
///
/// Left out are the random, session id, key shares, the server name's octets and which GREASE value was drawn, so that
/// one client's hellos share a key however often it connects. Appends only; the caller clears and reuses the string.
void append_fingerprint_key(const ClientHello& hello, std::string& key);

/// What the hello says beside its name. JA3 and JA4 are empty for SSL 2.0's form, for which they are not defined.
HelloFingerprint make_fingerprint(const ClientHello& hello);

/// The same, with the digests that were made before.
HelloFingerprint make_fingerprint(const ClientHello& hello, Ja4Digests& digests);

/// Whether a GREASE value (RFC 8701) stands among the cipher suites, extensions, groups, signature algorithms, versions
/// or application protocols.
bool offers_grease(const ClientHello& hello);

}  // namespace waybill::tls
