#include "rules/public_suffix.h"

#include <fmt/format.h>
#include <libpsl.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/digest.h"

namespace waybill::rules {
namespace {

constexpr std::uintmax_t max_list_octets = 16U << 20U;  // the list of 2026 has 0.3 MB
constexpr const char* debian_list = "/usr/share/publicsuffix/public_suffix_list.dat";

struct CloseStream {
    // The stream reads from memory: closing it cannot lose anything.
    void operator()(std::FILE* stream) const
    {
        static_cast<void>(std::fclose(stream));  // NOLINT(cppcoreguidelines-owning-memory): unique_ptr owns it
    }
};
using Stream = std::unique_ptr<std::FILE, CloseStream>;

/// The value of the list's own "// VERSION: …" line.
std::string stated_version(std::string_view list)
{
    constexpr std::string_view mark = "// VERSION: ";
    const std::size_t at = list.find(mark);
    if (at == std::string_view::npos || (at != 0 && list[at - 1] != '\n'))
        return {};
    const std::string_view rest = list.substr(at + mark.size());
    return std::string{rest.substr(0, rest.find_first_of("\r\n"))};
}

}  // namespace

void PublicSuffixList::Free::operator()(const psl_ctx_st* list) const
{
    psl_free(const_cast<psl_ctx_t*>(list));  // NOLINT(cppcoreguidelines-pro-type-const-cast): psl_builtin() gives const
}

PublicSuffixList::PublicSuffixList(Handle list, Identity identity)
    : list_{std::move(list)}, identity_{std::move(identity)}
{
}

std::expected<PublicSuffixList, PublicSuffixError> PublicSuffixList::read(const std::filesystem::path& file)
{
    using enum PublicSuffixError;
    std::error_code problem;
    const std::uintmax_t octets = std::filesystem::file_size(file, problem);
    if (problem)
        return std::unexpected(not_readable);
    if (octets > max_list_octets)
        return std::unexpected(too_large);
    std::ifstream in{file, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (!in)
        return std::unexpected(not_readable);
    if (text.empty())
        return std::unexpected(not_a_list);
    // The octets that are digested are the ones that are loaded.
    const Stream stream{fmemopen(text.data(), text.size(), "rb")};
    Handle list{stream ? psl_load_fp(stream.get()) : nullptr};
    // libpsl reads any text as a list: one that does not name "com" is none.
    if (!list || psl_is_public_suffix2(list.get(), "com", PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) != 1)
        return std::unexpected(not_a_list);
    return PublicSuffixList{std::move(list), {file.string(), stated_version(text), sha256_hex(as_octets(text))}};
}

std::expected<PublicSuffixList, PublicSuffixError> PublicSuffixList::system()
{
    for (const char* file : {psl_dist_filename(), debian_list}) {
        if (file == nullptr || std::string_view{file}.empty())
            continue;
        if (auto list = read(file))
            return list;
    }
    Handle builtin{psl_builtin()};
    if (!builtin)
        return std::unexpected(PublicSuffixError::not_found);
    return PublicSuffixList{std::move(builtin),
                            {"built into libpsl", fmt::format("libpsl {}", psl_get_version()), psl_builtin_sha1sum()}};
}

std::optional<std::string> PublicSuffixList::registrable_domain(const Hostname& host) const
{
    // A view into the host's own text, so there is nothing to free.
    const char* domain = psl_registrable_domain(list_.get(), host.text().c_str());
    return domain == nullptr ? std::nullopt : std::optional<std::string>{domain};
}

bool PublicSuffixList::is_registered(const Hostname& host) const
{
    if (registrable_domain(host) == host.text())
        return true;
    const char* name = host.text().c_str();
    const std::size_t dot = host.text().find('.');
    if (dot == std::string::npos || psl_is_public_suffix2(list_.get(), name, PSL_TYPE_ICANN) == 1)
        return false;
    const std::string parent = host.text().substr(dot + 1);
    return psl_is_public_suffix2(list_.get(), parent.c_str(), PSL_TYPE_ICANN) == 1;
}

}  // namespace waybill::rules
