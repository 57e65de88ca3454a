#include "capture/network/host_resolver.h"

#include <fstream>
#include <sstream>
#include <utility>

namespace waybill::contained {
namespace {

constexpr const char* stub_upstreams = "/run/systemd/resolve/resolv.conf";  // systemd-resolved(8)

}  // namespace

HostResolver read_resolver(std::string_view resolv_conf)
{
    HostResolver resolver;
    std::istringstream lines{std::string{resolv_conf}};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words{line};
        std::string word;
        std::string value;
        words >> word >> value;
        if (word == "search" || word == "options" || word == "domain")
            resolver.lines.push_back(line);
        if (word != "nameserver")
            continue;
        const auto address = IpAddress::parse(value.substr(0, value.find('%')));  // a zone is the host's own
        if (!address)
            continue;
        if (is_loopback(*address))
            resolver.is_local = true;
        else
            resolver.servers.push_back(*address);
    }
    return resolver;
}

HostResolver host_resolver()
{
    const auto read = [](const char* path) {
        const std::ifstream file{path};
        std::ostringstream text;
        text << file.rdbuf();
        return read_resolver(text.str());
    };
    HostResolver resolver = read("/etc/resolv.conf");
    if (resolver.is_local && resolver.servers.empty())
        resolver.servers = read(stub_upstreams).servers;
    return resolver;
}

}  // namespace waybill::contained
