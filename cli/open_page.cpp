#include "cli/open_page.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "capture/browser/host_browser.h"

namespace waybill {
namespace {

/// A path as an address (RFC 8089, 2): what is not unreserved is written by its octets.
std::string address_of(const std::filesystem::path& page)
{
    std::string address = "file://";
    for (const char character : page.string()) {
        const bool is_plain = (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
                              (character >= '0' && character <= '9') || std::string_view{"/-._~"}.contains(character);
        address += is_plain ? std::string(1, character)
                            : fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(character)));
    }
    return address;
}

/// What went wrong; empty: it was started, in a session of its own.
std::string start(std::vector<std::string>& command)
{
    std::vector<char*> words;
    words.reserve(command.size() + 1);
    for (std::string& word : command)
        words.push_back(word.data());
    words.push_back(nullptr);
    posix_spawnattr_t attributes{};
    posix_spawn_file_actions_t actions{};
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    pid_t child = 0;
    const int problem = posix_spawnp(&child, words.front(), &actions, &attributes, words.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return problem == 0 ? std::string{}
                        : std::string{std::strerror(problem)};  // NOLINT(concurrency-mt-unsafe): one thread
}

void say(const std::filesystem::path& page, std::string_view what)
{
    // A message that stderr does not take has no other place to go.
    static_cast<void>(write_all(STDERR_FILENO, fmt::format("waybill  {} · {}\n", printable(page.string()), what)));
}

}  // namespace

ExitCode open_page(const std::filesystem::path& page)
{
    if (::geteuid() == 0) {
        say(page, "not opened: the browser would run as root; open it as yourself");
        return ExitCode::ok;
    }
    std::vector<std::string> command = browser_command(address_of(page));
    if (command.empty()) {
        say(page, "not opened: there is no display, and BROWSER is not set");
        return ExitCode::ok;
    }
    const std::string problem = start(command);
    say(page, problem.empty() ? "opened" : fmt::format("not opened: {}: {}", printable(command.front()), problem));
    return ExitCode::ok;
}

}  // namespace waybill
