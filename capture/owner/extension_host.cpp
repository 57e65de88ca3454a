#include "capture/owner/extension_host.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/file.h"

namespace waybill {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_manifest_octets = 1UL << 20U;
constexpr std::size_t most_environment_octets = 4UL << 20U;
constexpr std::size_t most_name_octets = 256;
constexpr std::size_t most_extensions = 512;
constexpr std::size_t most_entries = 4096;             // of a folder
constexpr std::size_t most_octets_read = 16UL << 20U;  // of manifests, of one host

/// How a product's extension host and its folders are told.
struct Product {
    std::string_view mark;                           ///< an argument of the host's
    std::array<std::string_view, 1> folder_options;  ///< that name the folder of extensions
    std::array<std::string_view, 2> parent_options;  ///< that name a folder with it inside
    std::array<std::string_view, 2> folder_names;    ///< members of product.json: the folder in HOME with it inside
    std::string_view folder;                         ///< what that is called, in the product's own folder too
};

/// VS Code and what is built from its source: src/vs/platform/environment, "extensionsPath".
constexpr std::array<Product, 1> products{{{"--type=extensionHost",
                                            {"--extensions-dir"},
                                            {"--server-data-dir", "--user-data-dir"},
                                            {"serverDataFolderName", "dataFolderName"},
                                            "extensions"}}};

const Product* product_of(const Process& process)
{
    const auto found = std::ranges::find_if(products, [&](const Product& product) {
        return std::ranges::find(process.arguments, product.mark) != process.arguments.end();
    });
    return found == products.end() ? nullptr : &*found;
}

std::string text_of(const nlohmann::json& object, const char* member)
{
    const auto found = object.is_object() ? object.find(member) : object.end();
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

bool is_short(const Package& package)
{
    return !package.name.empty() && package.name.size() <= most_name_octets &&
           package.version.size() <= most_name_octets;
}

/// The value of an option, in the same word or in the next one; a path below the process's working directory.
std::optional<fs::path> value_of(const Process& process, std::string_view option)
{
    const auto& words = process.arguments;
    for (std::size_t at = 0; at < words.size(); ++at) {
        if (words[at] == option && at + 1 < words.size())
            return fs::path{process.working_directory} / words[at + 1];
        if (words[at].size() > option.size() && words[at].starts_with(option) && words[at][option.size()] == '=')
            return fs::path{process.working_directory} / words[at].substr(option.size() + 1);
    }
    return std::nullopt;
}

std::optional<fs::path> told_folder(const Product& product, std::span<const Process* const> line)
{
    for (const Process* const process : line) {
        for (const std::string_view option : product.folder_options)
            if (auto folder = value_of(*process, option))
                return folder;
        for (const std::string_view option : product.parent_options)
            if (const auto folder = value_of(*process, option))
                return *folder / product.folder;
    }
    return std::nullopt;
}

/// The product's own folder: above that of its program, "out".
fs::path product_folder(const Process& process)
{
    for (const std::string& word : process.arguments)
        if (word.starts_with('/') && fs::path{word}.parent_path().filename() == "out")
            return fs::path{word}.parent_path().parent_path();
    return {};
}

/// A variable of a process as it started with it (proc_pid_environ(5)).
std::string variable_of(const fs::path& proc, const Process& process, std::string_view name)
{
    const auto read = read_file(proc / std::to_string(process.pid) / "environ", most_environment_octets);
    std::string_view rest = read ? std::string_view{*read} : std::string_view{};
    while (!rest.empty()) {  // each round takes a variable
        const std::string_view variable = rest.substr(0, rest.find('\0'));
        rest.remove_prefix(std::min(variable.size() + 1, rest.size()));
        if (variable.starts_with(name) && variable.substr(name.size()).starts_with('='))
            return std::string{variable.substr(name.size() + 1)};
    }
    return {};
}

std::optional<fs::path> usual_folder(const Product& product, const Process& process, const fs::path& proc)
{
    const auto text = read_regular_file(product_folder(process) / "product.json", most_manifest_octets);
    const auto json = text ? nlohmann::json::parse(*text, nullptr, false) : nlohmann::json{};
    const fs::path home = variable_of(proc, process, "HOME");
    std::error_code problem;
    for (const std::string_view member : product.folder_names) {
        const std::string name = text_of(json, std::string{member}.c_str());
        const fs::path folder = home / name / product.folder;
        if (!name.empty() && home.is_absolute() && fs::is_directory(folder, problem))
            return folder;
    }
    return std::nullopt;
}

/// Calls `use` with each folder in `folder`, up to the bound; how many entries were left out.
template <typename Use>
std::uint64_t for_each_folder(const fs::path& folder, Use&& use)
{
    std::error_code problem;
    std::size_t count = 0;
    for (fs::directory_iterator entry{folder, problem}; !problem && entry != fs::directory_iterator{};
         entry.increment(problem)) {
        if (++count > most_entries)
            return 1;
        if (entry->is_directory(problem))
            use(entry->path());
    }
    return problem ? 1 : 0;
}

ExtensionHost read_folder(const fs::path& folder)
{
    if (const auto list = read_regular_file(folder / "extensions.json", most_manifest_octets))
        if (auto host = read_extension_list(*list))
            return *std::move(host);
    ExtensionHost host;
    std::size_t octets = 0;
    const std::uint64_t left_out = for_each_folder(folder, [&](const fs::path& place) {
        const bool has_room = host.extensions.size() < most_extensions && octets < most_octets_read;
        const auto text =
            has_room ? read_regular_file(place / "package.json", most_manifest_octets) : std::unexpected(std::string{});
        octets += text ? text->size() : 0;
        auto package = text ? read_extension_manifest(*text) : std::nullopt;
        if (package)
            host.extensions.push_back(*std::move(package));
        else
            ++host.unread;
    });
    host.unread += left_out;
    return host;
}

std::uint64_t built_in(const Product& product, const Process& process)
{
    const fs::path own = product_folder(process);
    std::uint64_t count = 0;
    std::error_code problem;
    if (!own.empty())
        for_each_folder(own / product.folder, [&](const fs::path& place) {
            if (fs::exists(place / "package.json", problem))
                ++count;
        });
    return count;
}

void sort_by_name(std::vector<Package>& extensions)
{
    std::ranges::sort(extensions, [](const Package& one, const Package& other) {
        return std::tie(one.name, one.version) < std::tie(other.name, other.version);
    });
}

}  // namespace

std::optional<ExtensionHost> read_extension_list(std::string_view json)
{
    const auto list = nlohmann::json::parse(json, nullptr, false);
    if (!list.is_array())
        return std::nullopt;
    ExtensionHost host;
    for (const nlohmann::json& entry : list) {
        const auto identifier = entry.is_object() ? entry.find("identifier") : entry.end();
        Package package;
        if (entry.is_object() && identifier != entry.end())
            package = {text_of(*identifier, "id"), text_of(entry, "version")};
        if (is_short(package) && host.extensions.size() < most_extensions)
            host.extensions.push_back(std::move(package));
        else
            ++host.unread;
    }
    sort_by_name(host.extensions);
    return host;
}

std::optional<Package> read_extension_manifest(std::string_view json)
{
    const auto manifest = nlohmann::json::parse(json, nullptr, false);
    const std::string publisher = text_of(manifest, "publisher");
    const std::string name = text_of(manifest, "name");
    if (publisher.empty() || name.empty())
        return std::nullopt;
    Package package{publisher + "." + name, text_of(manifest, "version")};
    return is_short(package) ? std::optional{std::move(package)} : std::nullopt;
}

bool is_extension_host(const Process& process)
{
    return product_of(process) != nullptr;
}

ExtensionHost find_extensions(std::span<const Process* const> line, const fs::path& proc)
{
    ExtensionHost host;
    const Product* const product = line.empty() ? nullptr : product_of(*line.front());
    if (product == nullptr)
        return host;
    if (!line.front()->container.empty()) {  // its paths are those of another root
        host.unread = 1;
        return host;
    }
    auto folder = told_folder(*product, line);
    if (!folder)
        folder = usual_folder(*product, *line.front(), proc);
    std::error_code problem;
    if (folder && fs::is_directory(*folder, problem))
        host = read_folder(*folder);
    else
        host.unread = 1;
    sort_by_name(host.extensions);
    host.built_in = built_in(*product, *line.front());
    return host;
}

}  // namespace waybill
