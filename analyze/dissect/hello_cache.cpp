#include "analyze/dissect/hello_cache.h"

#include "wire/tls_fingerprint.h"

namespace waybill {

std::shared_ptr<const HelloFingerprint> HelloCache::find_or_make(const tls::ClientHello& hello)
{
    key_.clear();
    tls::append_fingerprint_key(hello, key_);
    if (const auto known = fingerprints_.find(std::string_view{key_}); known != fingerprints_.end())
        return known->second;
    if (fingerprints_.size() >= max_fingerprints)
        fingerprints_.clear();
    return fingerprints_.emplace(key_, std::make_shared<const HelloFingerprint>(tls::make_fingerprint(hello, digests_)))
        .first->second;
}

}  // namespace waybill
