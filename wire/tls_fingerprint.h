#pragma once

#include <string>

#include "model/flow_facts.h"
#include "wire/tls_client_hello.h"

namespace waybill::tls {

/// Makes `key` the octets of `hello` that its fingerprints depend on: equal keys, equal HelloFingerprint and JA3.
///
/// Left out are the random, session id, key shares, the server name's octets and which GREASE value was drawn, so that
/// one client's hellos share a key however often it connects. The caller keeps the string from call to call, so that
/// its memory is used again.
void write_fingerprint_key(const ClientHello& hello, std::string& key);

/// Makes of such a key one that does not depend on the order of the extensions, which browsers draw for each
/// connection: equal keys, equal HelloFingerprint, whatever JA3.
void sort_extension_types(std::string& key);

/// What the hello says beside its name. JA4 is empty for SSL 2.0's form, for which it is not defined.
HelloFingerprint make_fingerprint(const ClientHello& hello);

/// Whether a GREASE value (RFC 8701) stands among the cipher suites, extensions, groups, signature algorithms, versions
/// or application protocols.
bool offers_grease(const ClientHello& hello);

}  // namespace waybill::tls
