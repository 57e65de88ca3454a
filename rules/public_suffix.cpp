#include "rules/public_suffix.h"

#include <fmt/format.h>
#include <libpsl.h>

#include <cstdio>
#include <string_view>
#include <utility>

#include "base/digest.h"
#include "base/file.h"

namespace waybill::rules {
namespace {

constexpr std::uintmax_t max_list_octets = 16U << 20U;  // the list of 2026 has 0.3 MB
constexpr const char* compiled_list = "/usr/share/publicsuffix/public_suffix_list.dafsa";  // of most distributions
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

std::expected<PublicSuffixList, PublicSuffixError> PublicSuffixList::load(std::string octets)
{
    using enum PublicSuffixError;
    PublicSuffixList list;
    list.version_ = stated_version(octets);
    if (SuffixAutomaton::is_begun_by(octets)) {
        list.compiled_.emplace(std::move(octets));
    } else if (!octets.empty()) {
        list.octets_ = std::move(octets);
        // The octets that are digested are the ones that are loaded.
        const Stream stream{fmemopen(list.octets_.data(), list.octets_.size(), "rb")};
        list.list_.reset(stream ? psl_load_fp(stream.get()) : nullptr);
    }
    // libpsl reads any text as a list: one that does not name "com" is none.
    const bool names_com =
        list.compiled_
            ? list.compiled_->find("com").has_value()
            : list.list_ && psl_is_public_suffix2(list.list_.get(), "com", PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) == 1;
    if (!names_com)
        return std::unexpected(not_a_list);
    return list;
}

std::expected<PublicSuffixList, PublicSuffixError> PublicSuffixList::read(const std::filesystem::path& file)
{
    using enum PublicSuffixError;
    std::error_code problem;
    const std::uintmax_t size = std::filesystem::file_size(file, problem);
    if (problem)
        return std::unexpected(not_readable);
    if (size > max_list_octets)
        return std::unexpected(too_large);
    auto octets = read_regular_file(file, max_list_octets);
    if (!octets)
        return std::unexpected(not_readable);
    auto list = load(*std::move(octets));
    if (list)
        list->source_ = file.filename().string();  // the same list elsewhere is the same: its digest says so
    return list;
}

std::expected<PublicSuffixList, PublicSuffixError> PublicSuffixList::system()
{
    if (auto list = read(compiled_list))
        return list;
    for (const char* file : {psl_dist_filename(), debian_list}) {
        if (file == nullptr || std::string_view{file}.empty())
            continue;
        if (auto list = read(file))
            return list;
    }
    PublicSuffixList list;
    list.list_.reset(psl_builtin());
    if (!list.list_)
        return std::unexpected(PublicSuffixError::not_found);
    list.source_ = "built into libpsl";
    list.version_ = fmt::format("libpsl {}", psl_get_version());
    return list;
}

std::string PublicSuffixList::digest() const
{
    return octets().empty() ? psl_builtin_sha1sum() : sha256_hex(as_octets(octets()));
}

/// As libpsl decides it: a name is a suffix when a rule says so or when it has one label.
bool PublicSuffixList::is_suffix(std::string_view name, Part part) const
{
    if (!compiled_)
        return psl_is_public_suffix2(list_.get(), std::string{name}.c_str(),
                                     part == Part::all ? PSL_TYPE_ANY : PSL_TYPE_ICANN) == 1;
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos)
        return true;
    if (const auto rule = compiled_->find(name))
        return !rule->is_exception && (part == Part::all || rule->is_icann);
    const auto above = compiled_->find(name.substr(dot + 1));
    return above && above->is_wildcard && (part == Part::all || above->is_icann);
}

/// The name with one label more than its longest suffix; empty for a suffix.
std::string_view PublicSuffixList::find_registrable(std::string_view name) const
{
    if (compiled_)
        return find_compiled(name);
    const std::string terminated{name};
    const char* const domain = psl_registrable_domain(list_.get(), terminated.c_str());
    return domain == nullptr ? std::string_view{} : name.substr(name.size() - std::string_view{domain}.size());
}

/// The same, from the last label on, so that each tail of the name is looked up once.
std::string_view PublicSuffixList::find_compiled(std::string_view name) const
{
    constexpr unsigned max_labels = 9;  // as libpsl: no rule has as many, and what stands left of them tells nothing
    std::string_view registrable;
    std::size_t start = name.rfind('.') + 1;  // of a tail; one label is a suffix
    auto above = compiled_->find(name.substr(start));
    bool is_below_suffix = true;
    for (unsigned labels = 1; start != 0 && labels < max_labels; ++labels) {
        const std::size_t dot = start < 2 ? std::string_view::npos : name.rfind('.', start - 2);
        start = dot + 1;  // 0 when there is no dot
        const std::string_view tail = name.substr(start);
        const auto rule = compiled_->find(tail);
        const bool is_suffix = rule ? !rule->is_exception : above && above->is_wildcard;
        if (is_suffix)
            registrable = {};
        else if (is_below_suffix)
            registrable = tail;
        is_below_suffix = is_suffix;
        above = rule;
    }
    return registrable;
}

bool PublicSuffixList::is_registered(const Hostname& host) const
{
    const std::string_view name = host.text();
    if (find_registrable(name) == name)
        return true;
    const std::size_t dot = name.find('.');
    return dot != std::string_view::npos && !is_suffix(name, Part::registries) &&
           is_suffix(name.substr(dot + 1), Part::registries);
}

}  // namespace waybill::rules
