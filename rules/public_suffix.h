#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "model/hostname.h"
#include "rules/suffix_automaton.h"

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
    /// The system's list: the compiled file of publicsuffix or the one that libpsl names, else the text of Debian's
    /// publicsuffix, else the list built into libpsl.
    static std::expected<PublicSuffixList, PublicSuffixError> system();

    /// From a list's text or libpsl's compiled form of it.
    static std::expected<PublicSuffixList, PublicSuffixError> read(const std::filesystem::path& file);

    /// What it was read from, to be read again; empty for the list that is built into libpsl.
    std::string_view octets() const { return compiled_ ? compiled_->octets() : std::string_view{octets_}; }
    bool is_compiled() const { return compiled_.has_value(); }

    // Which list this is, so that a result can be recomputed.
    const std::string& source() const { return source_; }    ///< the file's name, or "built into libpsl"
    const std::string& version() const { return version_; }  ///< as the list or libpsl says; empty when neither does
    std::string digest() const;  ///< SHA-256 of the file's octets, in hex; SHA-1 of its source for the built-in one

    /// The domain that somebody registered: `example.co.uk` of `a.b.example.co.uk`, borrowed from the host. Empty for a
    /// suffix itself.
    std::string_view registrable_domain(const Hostname& host) const { return find_registrable(host.text()); }

    /// Whether somebody registered this very domain: it stands directly below a suffix, be it one of a registry such
    /// as `co.uk` or one of a hosting company. A company's suffix is itself registered by that company.
    bool is_registered(const Hostname& host) const;

private:
    struct Free {
        void operator()(const psl_ctx_st* list) const;
    };
    using Handle = std::unique_ptr<const psl_ctx_st, Free>;

    enum class Part : std::uint8_t { all, registries };

    PublicSuffixList() = default;
    static std::expected<PublicSuffixList, PublicSuffixError> load(std::string octets);
    bool is_suffix(std::string_view name, Part part) const;
    std::string_view find_registrable(std::string_view name) const;
    std::string_view find_compiled(std::string_view name) const;

    std::optional<SuffixAutomaton> compiled_;
    Handle list_;         // libpsl's, where there is no compiled file
    std::string octets_;  // of the text that it was read from; empty for the built-in one
    std::string source_;
    std::string version_;
};

}  // namespace waybill::rules
