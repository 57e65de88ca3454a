#include "report/export/facts.h"

#include <fmt/format.h>

#include <chrono>
#include <vector>

#include "base/joined.h"

namespace waybill::exported {

const Process* find_process(const Report& report, std::uint64_t id)
{
    return id == 0 || id > report.processes.size() ? nullptr : &report.processes[id - 1];
}

std::string run_id(const Report& report)
{
    if (!report.run)
        return {};
    const std::string host = report.run->circumstances ? report.run->circumstances->host_id : std::string{};
    return fmt::format("{}/{}", host.empty() ? "host-not-recorded" : host, to_rfc3339(report.run->started));
}

std::string tool_name(const Report& report)
{
    if (!report.run || report.run->command.empty())
        return "capture";
    const std::string& called = report.run->command.front();
    const std::string name = called.substr(called.find_last_of('/') + 1);  // npos + 1 is 0
    return name.empty() ? called : name;
}

std::string host_text(const Contact& contact)
{
    return contact.endpoint.host.value_or(contact.endpoint.address.text());
}

std::string endpoint_uri(const Contact& contact)
{
    const Endpoint& endpoint = contact.endpoint;
    const std::string host = endpoint.host              ? uri_path(*endpoint.host)
                             : endpoint.address.is_v6() ? "[" + endpoint.address.text() + "]"
                                                        : endpoint.address.text();
    const bool has_port = endpoint.transport == Transport::tcp || endpoint.transport == Transport::udp ||
                          endpoint.transport == Transport::sctp;
    return has_port ? fmt::format("{}://{}:{}", text(endpoint.transport), host, number(endpoint.port))
                    : fmt::format("{}://{}", text(endpoint.transport), host);
}

std::string uri_path(std::string_view text)
{
    std::string path;
    for (const char character : text) {
        const bool is_plain = (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
                              (character >= '0' && character <= '9') || std::string_view{"/-._~"}.contains(character);
        path += is_plain ? std::string(1, character)
                         : fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(character)));
    }
    return path;
}

std::string purposes_text(const Rating& rating, std::string_view between)
{
    std::vector<std::string_view> words;
    words.reserve(rating.purposes.size());
    for (const Purpose purpose : rating.purposes)
        words.push_back(text(purpose));
    return joined(words, between);
}

std::string to_milliseconds(Timestamp time)
{
    constexpr std::size_t seconds_and_milliseconds = std::string_view{"2026-11-22T19:18:41.000"}.size();
    return to_rfc3339(time).substr(0, seconds_and_milliseconds) + "Z";
}

std::int64_t milliseconds_of(Timestamp time)
{
    return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace waybill::exported
