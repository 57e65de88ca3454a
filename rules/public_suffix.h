#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "model/hostname.h"

struct psl_ctx_st;  // libpsl's

namespace waybill::rules {

/// Why there is no public suffix list.
enum class PublicSuffixError : std::uint8_t {
    not_found,     ///< neither the system nor libpsl has a list
    not_readable,  ///< the file cannot be read
    too_large,     ///< over 16 MB
    not_a_list,    ///< libpsl does not understand the file, or it does not name "com"
};

/// The public suffix list (publicsuffix.org), by which a registrable domain is told from a suffix such as `co.uk`.
/// Its private part counts: names below a hosting company's suffix belong to its customers.
class PublicSuffixList {
public:
    /// Which list this is, so that a result can be recomputed.
    struct Identity {
        std::string source;   ///< the file's path, or "built into libpsl"
        std::string version;  ///< as the list or libpsl says; empty when neither does
        std::string digest;   ///< SHA-256 of the file's octets, in hex; SHA-1 of its source for the built-in one
        friend bool operator==(const Identity&, const Identity&) = default;
    };

    /// The system's list: the compiled file that libpsl names, else the text of Debian's publicsuffix, else the
    /// list built into libpsl.
    static std::expected<PublicSuffixList, PublicSuffixError> system();

    /// From a list's text or libpsl's compiled form of it.
    static std::expected<PublicSuffixList, PublicSuffixError> read(const std::filesystem::path& file);

    const Identity& identity() const { return identity_; }

    /// The domain that somebody registered: `example.co.uk` of `a.b.example.co.uk`. Nothing for a suffix itself.
    std::optional<std::string> registrable_domain(const Hostname& host) const;

    /// Whether somebody registered this very domain: it stands directly below a suffix, be it one of a registry such
    /// as `co.uk` or one of a hosting company. A company's suffix is itself registered by that company.
    bool is_registered(const Hostname& host) const;

private:
    struct Free {
        void operator()(const psl_ctx_st* list) const;
    };
    using Handle = std::unique_ptr<const psl_ctx_st, Free>;

    PublicSuffixList(Handle list, Identity identity);

    Handle list_;
    Identity identity_;
};

}  // namespace waybill::rules
