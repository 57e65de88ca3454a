#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "model/flow_facts.h"
#include "wire/ja4.h"
#include "wire/tls_client_hello.h"

namespace waybill {

/// Fingerprints of ClientHellos, one for all flows whose hellos say the same: computing one takes digests, finding one
/// a look at the hello. Bounded: when full it starts anew, and flows keep what they have.
class HelloCache {
public:
    static constexpr std::size_t max_fingerprints =
        4096;  ///< browsers that permute extensions fill it in thousands of flows

    std::shared_ptr<const HelloFingerprint> find_or_make(const tls::ClientHello& hello);
    std::size_t size() const { return fingerprints_.size(); }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    std::unordered_map<std::string, std::shared_ptr<const HelloFingerprint>, Hash, std::equal_to<>> fingerprints_;
    tls::Ja4Digests digests_;
    std::string key_;  // reused from call to call
};

}  // namespace waybill
