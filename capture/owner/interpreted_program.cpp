#include "capture/owner/interpreted_program.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <span>
#include <sstream>
#include <system_error>

#include "base/digest.h"
#include "base/file.h"

namespace waybill {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_manifest_octets = 4UL << 20U;
constexpr std::size_t most_script_octets = 64UL << 20U;  // bundled programs are some 20 MiB of JavaScript
constexpr int most_folders_up = 32;
constexpr std::size_t most_known = 65'536;

/// How an interpreter's command line is read. Options that hold their value in the same word need no mention.
struct Interpreter {
    std::string_view name;                             ///< of the executable, version digits left off
    std::array<std::string_view, 9> with_value{};      ///< options whose value is the next word
    std::array<std::string_view, 5> without_script{};  ///< options after which no file is run, or none that can be told
    std::array<std::string_view, 2> commands{};        ///< words before the file
};

constexpr std::array<Interpreter, 14> interpreters{{
    {"node",
     {"-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions", "--env-file",
      "--title"},
     {"-e", "--eval", "-p", "--print", "-v"},
     {}},
    {"nodejs", {"-r", "--require", "--import", "-C"}, {"-e", "--eval", "-p", "--print", "-v"}, {}},
    {"bun", {"-r", "--preload", "--cwd", "-c", "--config"}, {"-e", "--eval", "-p", "--print", "install"}, {"run", "x"}},
    {"deno", {"-c", "--config", "--import-map", "-L"}, {"eval", "repl", "task", "install", "-V"}, {"run"}},
    {"python", {"-W", "-X", "-Q"}, {"-c", "-m", "-V", "--version", "-"}, {}},
    {"ruby", {"-I", "-r", "-C", "-E", "-K"}, {"-e", "-v", "--version", "-"}, {}},
    {"perl", {"-I"}, {"-e", "-E", "-v", "-"}, {}},
    {"php", {"-c", "-d", "-z"}, {"-r", "-a", "-v", "-S", "-"}, {}},
    {"java", {"-cp", "-classpath", "--class-path", "-p", "--module-path", "--add-modules"}, {"-m", "--module"}, {}},
    {"sh", {"-o"}, {"-c", "-s"}, {}},
    {"dash", {"-o"}, {"-c", "-s"}, {}},
    {"bash", {"-o", "-O", "--rcfile", "--init-file"}, {"-c", "-s", "--version"}, {}},
    {"zsh", {"-o"}, {"-c", "-s"}, {}},
    {"lua", {"-l"}, {"-e", "-v", "-"}, {}},
}};

/// The file's name without what packagers put behind it: python3.11, lua5.4.
std::string_view plain_name(std::string_view executable)
{
    const std::string_view name = executable.substr(executable.find_last_of('/') + 1);  // npos + 1 is 0
    const std::size_t end = name.find_last_not_of("0123456789.");
    return name.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

bool contains(std::span<const std::string_view> words, std::string_view word)
{
    return !word.empty() && std::ranges::find(words, word) != words.end();
}

/// sh -ec TEXT: letters of one word. Long options are words of their own.
bool has_letter_of(std::span<const std::string_view> options, std::string_view word)
{
    if (word.size() < 3 || word[0] != '-' || word[1] == '-')
        return false;
    return std::ranges::any_of(options, [word](std::string_view option) {
        return option.size() == 2 && option[1] != '-' && word.substr(1).contains(option[1]);
    });
}

bool is_shell(std::string_view name)
{
    return name.ends_with("sh");
}

std::optional<nlohmann::json> read_json(const fs::path& path)
{
    const auto text = read_regular_file(path, most_manifest_octets);
    if (!text)
        return std::nullopt;
    auto json = nlohmann::json::parse(*text, nullptr, false);
    return json.is_object() ? std::optional{std::move(json)} : std::nullopt;
}

std::string text_of(const nlohmann::json& object, const char* member)
{
    const auto found = object.find(member);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<Package> npm_package(const fs::path& folder)
{
    const auto manifest = read_json(folder / "package.json");
    if (!manifest)
        return std::nullopt;
    Package package{text_of(*manifest, "name"), text_of(*manifest, "version")};
    return package.name.empty() ? std::nullopt : std::optional{std::move(package)};  // some only say how to read files
}

/// Core metadata (PEP 566): lines of a name, a colon and a value, up to the first empty one.
std::optional<Package> python_distribution(const fs::path& metadata)
{
    const auto text = read_regular_file(metadata, most_manifest_octets);
    if (!text)
        return std::nullopt;
    Package package;
    std::istringstream lines{*text};
    std::string line;
    while (std::getline(lines, line) && !line.empty() && line != "\r") {  // a line each round
        if (line.starts_with("Name: "))
            package.name = line.substr(6);
        else if (line.starts_with("Version: "))
            package.version = line.substr(9);
    }
    return package.name.empty() ? std::nullopt : std::optional{std::move(package)};
}

/// The distribution in that folder of modules whose RECORD (PEP 376) names the file.
std::optional<FoundPackage> python_package(const fs::path& modules, const fs::path& file)
{
    std::error_code problem;
    const std::string recorded = fs::relative(file, modules, problem).generic_string() + ",";
    for (fs::directory_iterator entry{modules, problem}; !problem && entry != fs::directory_iterator{};
         entry.increment(problem)) {
        if (entry->path().extension() != ".dist-info")
            continue;
        const auto record = read_regular_file(entry->path() / "RECORD", most_manifest_octets);
        if (!record || !(record->starts_with(recorded) || record->contains("\n" + recorded)))
            continue;
        auto package = python_distribution(entry->path() / "METADATA");
        return package ? std::optional{FoundPackage{*std::move(package), modules}} : std::nullopt;
    }
    return std::nullopt;
}

/// The folders of modules that belong to PREFIX/bin/NAME: PREFIX/lib/pythonX.Y/site-packages.
std::optional<FoundPackage> python_command(const fs::path& file)
{
    std::error_code problem;
    const fs::path libraries = file.parent_path().parent_path() / "lib";
    for (fs::directory_iterator entry{libraries, problem}; !problem && entry != fs::directory_iterator{};
         entry.increment(problem))
        if (entry->path().filename().string().starts_with("python"))
            if (auto package = python_package(entry->path() / "site-packages", file))
                return package;
    return std::nullopt;
}

/// gems/NAME-VERSION/…, as RubyGems lays them out: the version is what follows the last hyphen before a digit.
std::optional<Package> gem_of(const fs::path& folder)
{
    if (folder.parent_path().filename() != "gems")
        return std::nullopt;
    const std::string name = folder.filename().string();
    for (std::size_t hyphen = name.rfind('-'); hyphen != std::string::npos && hyphen > 0;
         hyphen = name.rfind('-', hyphen - 1))  // ends: the hyphen goes towards the front
        if (hyphen + 1 < name.size() && name[hyphen + 1] >= '0' && name[hyphen + 1] <= '9')
            return Package{name.substr(0, hyphen), name.substr(hyphen + 1)};
    return std::nullopt;
}

}  // namespace

std::optional<std::string> script_of(std::string_view executable, const std::vector<std::string>& arguments)
{
    const std::string_view name = plain_name(executable);
    const auto interpreter = std::ranges::find(interpreters, name, &Interpreter::name);
    if (interpreter == interpreters.end())
        return std::nullopt;
    bool is_value = false;
    bool is_command = true;
    for (std::size_t at = 1; at < arguments.size(); ++at) {
        const std::string& word = arguments[at];
        if (std::exchange(is_value, false))
            continue;
        if (contains(interpreter->without_script, word) ||
            (is_shell(name) && has_letter_of(interpreter->without_script, word)))
            return std::nullopt;
        if (word == "-jar" && name == "java")
            return at + 1 < arguments.size() ? std::optional{arguments[at + 1]} : std::nullopt;
        if (word == "--")
            return at + 1 < arguments.size() ? std::optional{arguments[at + 1]} : std::nullopt;
        if (std::exchange(is_command, is_command && word.starts_with('-')) && contains(interpreter->commands, word))
            continue;
        if (!word.starts_with('-'))
            return name == "java" ? std::nullopt : std::optional{word};  // java's is the name of a class
        is_value = contains(interpreter->with_value, word);
    }
    return std::nullopt;
}

std::optional<FoundPackage> find_package(const fs::path& file)
{
    if (file.parent_path().filename() == "bin")
        if (auto package = python_command(file))
            return package;
    fs::path folder = file.parent_path();
    for (int up = 0; up < most_folders_up && folder.has_relative_path(); ++up, folder = folder.parent_path()) {
        if (auto package = npm_package(folder))
            return FoundPackage{*std::move(package), folder};
        if (auto gem = gem_of(folder))
            return FoundPackage{*std::move(gem), folder};
        const fs::path name = folder.filename();
        if (name == "site-packages" || name == "dist-packages")
            return python_package(folder, file);
        if (name == "node_modules")
            return std::nullopt;  // what is above it is who uses the package, not the package
    }
    return std::nullopt;
}

fs::path package_tree(const fs::path& folder, const fs::path& working_directory)
{
    std::error_code problem;
    fs::path outermost;
    for (fs::path at = folder; at.has_relative_path(); at = at.parent_path())
        if (at.filename() == "node_modules" && fs::exists(at.parent_path() / "package.json", problem))
            outermost = at;
    if (!outermost.empty())
        return outermost;
    const auto below = working_directory.lexically_relative(folder);
    const bool is_worked_in = !below.empty() && *below.begin() != "..";
    if (!is_worked_in)
        return folder;
    const fs::path installed = folder / "node_modules";
    return fs::is_directory(installed, problem) ? installed : fs::path{};
}

/// What is known of a file by that name; nothing when it is not there.
const ProgramDescriber::Known* ProgramDescriber::look_up(const fs::path& named, bool is_script)
{
    const auto identity = identify(named);
    if (!identity)
        return nullptr;
    if (known_.size() >= most_known)
        known_.clear();  // a tool that makes a new program for each step has more of them
    const auto [place, is_new] = known_.try_emplace(named);
    Known& known = place->second;
    if (!is_new && known.identity == *identity)
        return &known;
    std::error_code problem;
    const fs::path file = fs::canonical(named, problem);  // bin/NAME is a link into the package
    known = {*identity, {file.string(), {}}, find_package(named)};
    if (!known.package)
        known.package = find_package(file);
    if (is_script)
        if (const auto text = read_regular_file(file, most_script_octets))
            known.file.sha256 = sha256_hex(std::as_bytes(std::span{*text}));
    return &known;
}

void ProgramDescriber::describe(Process& process)
{
    const auto word = script_of(process.executable.path, process.arguments);
    const fs::path named = word ? fs::path{process.working_directory} / *word : fs::path{process.executable.path};
    const Known* const known = look_up(named, word.has_value());
    if (known == nullptr)
        return;
    process.package = known->package ? std::optional{known->package->package} : std::nullopt;
    process.package_root =
        known->package ? package_tree(known->package->folder, process.working_directory).string() : std::string{};
    if (word)
        process.script = known->file;
}

}  // namespace waybill
