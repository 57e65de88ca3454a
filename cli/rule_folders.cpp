#include "cli/rule_folders.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdlib>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "base/digest.h"
#include "base/file.h"
#include "base/shipped_folder.h"
#include "capture/user_configuration.h"
#include "rules/pack_location.h"

namespace waybill {
namespace {

namespace fs = std::filesystem;
using rules::PackFolder;
using rules::PackOrigin;

std::optional<std::string> environment(const char* name)
{
    const char* const value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

Failure no_packs(const std::vector<fs::path>& tried)
{
    return {ExitCode::bad_rules,
            fmt::format("no rule packs found; looked in {}; name their folder in WAYBILL_PACKS", places_text(tried))};
}

/// Whether it is itself a folder, and of the user: where root reads for somebody, a link could lead to what is root's.
bool is_own_folder(const fs::path& folder, const ConfigurationPlace& place)
{
    struct stat status{};
    const bool is_folder = ::lstat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
    return is_folder && (status.st_uid == place.user || (place.or_root && status.st_uid == 0));
}

bool holds_packs(const fs::path& folder)
{
    std::error_code problem;
    for (fs::directory_iterator at{folder, problem}, end; !problem && at != end; at.increment(problem))
        if (at->path().extension() == ".json")
            return true;
    return false;
}

/// The folder of the user's own packs, where there is one. Its files are followed as the configuration beside is.
std::optional<PackFolder> configured_folder()
{
    const auto place = configuration_place();
    if (!place)
        return std::nullopt;
    const fs::path folder = place->file.parent_path() / "rules";
    if (!is_own_folder(folder, *place) || !holds_packs(folder))
        return std::nullopt;
    return PackFolder{folder, PackOrigin::own,
                      [place = *place](const FileRights& rights) { return objection(rights, place); }};
}

/// `kept` is the public suffix list to use; without one it is the system's.
std::expected<Rules, Failure> read_rules(std::span<const PackFolder> folders,
                                         std::optional<rules::PublicSuffixList> kept = std::nullopt)
{
    auto book = rules::RuleBook::read(folders);
    if (!book)
        return std::unexpected(Failure{ExitCode::bad_rules, book.error().text()});
    if (kept)
        return Rules{*std::move(book), *std::move(kept)};
    auto suffixes = rules::PublicSuffixList::system();
    if (!suffixes)
        return std::unexpected(Failure{
            ExitCode::bad_rules, "no public suffix list, by which registrable domains are told; install publicsuffix"});
    return Rules{*std::move(book), *std::move(suffixes)};
}

constexpr std::string_view compiled_suffixes = "public_suffix_list.dafsa";
constexpr std::string_view suffixes_text = "public_suffix_list.dat";

/// The list that a case holds; nothing where it holds none.
std::expected<std::optional<rules::PublicSuffixList>, Failure> kept_suffixes(const CaseFolder& folder)
{
    for (const std::string_view name : {compiled_suffixes, suffixes_text}) {
        const fs::path place = folder.rules() / name;
        std::error_code problem;
        if (!fs::exists(place, problem))
            continue;
        auto list = rules::PublicSuffixList::read(place);
        if (!list)
            return std::unexpected(
                Failure{ExitCode::bad_rules, fmt::format("{}: it is no public suffix list", place.string())});
        return *std::move(list);
    }
    return std::nullopt;
}

/// Where a case holds one's own packs, apart from the shipped ones.
fs::path own_rules(const CaseFolder& folder)
{
    return folder.rules() / "own";
}

}  // namespace

std::expected<Rules, Failure> load_rules(const std::vector<fs::path>& own_folders)
{
    auto shipped = rules::find_pack_folders({environment("WAYBILL_PACKS"), own_program()});
    if (!shipped)
        return std::unexpected(no_packs(shipped.error()));
    std::vector<PackFolder> folders;
    for (fs::path& each : *shipped)
        folders.push_back({std::move(each), PackOrigin::shipped});
    if (auto configured = configured_folder())
        folders.push_back(*std::move(configured));
    for (const fs::path& each : own_folders)
        folders.push_back({each, PackOrigin::own});
    return read_rules(folders);
}

std::expected<Rules, Failure> load_rules(const CaseFolder& folder, const std::vector<fs::path>& own_folders)
{
    std::error_code problem;
    if (!own_folders.empty() || !fs::is_directory(folder.rules(), problem))
        return load_rules(own_folders);
    // A stranger may have made the case: of its files only regular ones are opened.
    const Objection nothing = [](const FileRights&) { return std::nullopt; };
    std::vector<PackFolder> folders{{folder.rules(), PackOrigin::shipped, nothing}};
    if (fs::is_directory(own_rules(folder), problem))
        folders.push_back({own_rules(folder), PackOrigin::own, nothing});
    auto kept = kept_suffixes(folder);
    if (!kept)
        return std::unexpected(std::move(kept.error()));
    return read_rules(folders, *std::move(kept));
}

std::expected<fs::path, Failure> shipped_policies()
{
    const auto packs = rules::find_pack_folders({environment("WAYBILL_PACKS"), own_program()});
    if (!packs)
        return std::unexpected(no_packs(packs.error()));
    return (packs->front() / "../policies").lexically_normal();
}

std::expected<void, Failure> keep_rules(const CaseFolder& folder, const Rules& rules)
{
    for (const rules::Pack& pack : rules.book.packs()) {
        const fs::path place = pack.origin == PackOrigin::own ? own_rules(folder) : folder.rules();
        std::error_code problem;
        fs::create_directories(place, problem);
        if (problem)
            return std::unexpected(Failure{ExitCode::cannot_create, place.string() + ": " + problem.message()});
        // Two folders can hold files of one name, but no two packs have one id.
        const auto written = write_file(place / (std::string{pack.id} + ".json"), *pack.text.octets);
        if (!written)
            return std::unexpected(Failure{ExitCode::cannot_create, written.error()});
    }
    if (rules.suffixes.octets().empty())
        return {};  // the one built into libpsl, which is no file
    const fs::path place = folder.rules() / (rules.suffixes.is_compiled() ? compiled_suffixes : suffixes_text);
    if (const auto written = write_file(place, rules.suffixes.octets()); !written)
        return std::unexpected(Failure{ExitCode::cannot_create, written.error()});
    return {};
}

std::string kept_rules_digest(const CaseFolder& folder)
{
    constexpr std::size_t most_octets = std::size_t{256} << 20U;
    std::map<std::string, std::string> digests;
    std::error_code problem;
    for (fs::recursive_directory_iterator at{folder.rules(), problem}, end; !problem && at != end;
         at.increment(problem))
        if (const auto octets = read_regular_file(at->path(), most_octets))
            digests.emplace(at->path().lexically_relative(folder.rules()).string(),
                            sha256_hex(std::as_bytes(std::span{*octets})));
    std::string lines;
    for (const auto& [path, digest] : digests)
        lines += fmt::format("{}  {}\n", digest, path);
    return sha256_hex(std::as_bytes(std::span{lines}));
}

}  // namespace waybill
