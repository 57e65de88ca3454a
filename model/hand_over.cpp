#include "model/hand_over.h"

#include <algorithm>
#include <array>

namespace waybill {
namespace {

/// Where every program asks for names, writes its log and finds its display: nothing of its own work goes there.
constexpr std::array<std::string_view, 9> everyday_places{
    "/run/nscd/",
    "/var/run/nscd/",
    "/run/systemd/userdb/",
    "/run/systemd/journal/",
    "/var/lib/sss/pipes/",
    "/tmp/.X11-unix/",
    "@/tmp/.X11-unix/",
    "/dev/log",
    "/run/systemd/resolve/",
};

/// Wayland's display stands in the user's own folder of sockets: /run/user/1000/wayland-0.
bool is_everyday(std::string_view place)
{
    const std::string_view name = place.substr(place.find_last_of('/') + 1);  // npos + 1 is 0
    return name.starts_with("wayland-") ||
           std::ranges::any_of(everyday_places, [place](std::string_view begin) { return place.starts_with(begin); });
}

bool is_same_program(const OutsideRequest& request, std::span<const Process> processes)
{
    return !request.listener.empty() && std::ranges::any_of(processes, [&](const Process& process) {
        return process.executable.path == request.listener && !process.script;
    });
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
