#include "model/hand_over.h"

#include <algorithm>
#include <array>

namespace waybill {
namespace {

/// Where every program asks for names, writes its log and finds its display: nothing of its own work goes there.
constexpr std::array<std::string_view, 11> everyday_places{
    "/run/nscd/",
    "/var/run/nscd/",
    "/run/systemd/userdb/",
    "/run/systemd/journal/",
    "/var/lib/sss/pipes/",
    "/tmp/.X11-unix/",
    "@/tmp/.X11-unix/",
    "/dev/log",
    "/run/systemd/resolve/",
    "/run/avahi-daemon/",
    "/var/run/avahi-daemon/",
};

/// Wayland's display stands in the user's own folder of sockets: /run/user/1000/wayland-0.
bool is_everyday(std::string_view place)
{
    const std::string_view name = place.substr(place.find_last_of('/') + 1);  // npos + 1 is 0
    return name.starts_with("wayland-") ||
           std::ranges::any_of(everyday_places, [place](std::string_view begin) { return place.starts_with(begin); });
}

/// Programs that run others' code, so that two of them need not be the same: by the beginning of their names.
constexpr std::array<std::string_view, 9> interpreters{"python", "node", "ruby", "java", "perl",
                                                       "deno",   "bun",  "sh",   "bash"};

bool is_interpreter(std::string_view path)
{
    const std::string_view name = path.substr(path.find_last_of('/') + 1);  // npos + 1 is 0
    return std::ranges::any_of(interpreters, [name](std::string_view begin) { return name.starts_with(begin); });
}

/// Whether who asked, or who started it, runs the program that answered.
bool is_same_program(const OutsideRequest& request, std::span<const Process> processes)
{
    if (request.listener.empty() || is_interpreter(request.listener))
        return false;
    std::uint64_t id = request.process;
    while (id != 0 && id <= processes.size()) {
        const Process& process = processes[id - 1];
        if (process.executable.path == request.listener && !process.script)
            return true;
        const std::uint64_t before = process.previous != 0 ? process.previous : process.parent;
        id = before < id ? before : 0;  // who was there before has a lower number, so this ends
    }
    return false;
}

}  // namespace

std::optional<HandOver> find_hand_over(std::span<const OutsideRequest> requests, std::span<const Process> processes,
                                       OwnContacts contacts)
{
    for (const OutsideRequest& request : requests)
        if (is_same_program(request, processes))
            return HandOver{HandOver::Kind::same_program, request};
    if (contacts == OwnContacts::some)
        return std::nullopt;
    const auto other =
        std::ranges::find_if(requests, [](const OutsideRequest& request) { return !is_everyday(request.place); });
    return other == requests.end() ? std::nullopt : std::optional{HandOver{HandOver::Kind::nothing_else, *other}};
}

}  // namespace waybill
