#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/cursor.h"

struct evp_md_ctx_st;

namespace waybill {

/// SHA-256 (FIPS 180-4) of octets that come one after another. Throws std::runtime_error when libcrypto refuses.
class Sha256Stream {
public:
    Sha256Stream();

    void add(Bytes octets);

    /// The digest of all octets so far, as 64 lower-case hexadecimal digits; more may be added.
    std::string so_far() const;

    /// The same; nothing may be added afterwards.
    std::string finish();

private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace waybill
