#include "capture/terminal/steering.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <exception>
#include <nlohmann/json.hpp>

#include "capture/network/preparation.h"
#include "model/recipe_run_json.h"

namespace waybill {
namespace {

using Json = nlohmann::json;

constexpr std::size_t longest_outcome = 4UL << 20U;

}  // namespace

void Steering::give_terminal_to(uid_t user) const
{
    constexpr gid_t unchanged = static_cast<gid_t>(-1);
    if (::fchown(terminal_.get(), user, unchanged) != 0)
        return;  // the command has its streams all the same, and cannot open /dev/tty again
}

void Steering::tell(Word word) const
{
    const char octet = static_cast<char>(word);
    ::send(line_.get(), &octet, sizeof octet, MSG_NOSIGNAL);  // a driver that has gone wants to know nothing
}

void Steering::tell_marks(const FileDescriptor& pipe) const
{
    tell(Word::marks);
    contained::send_descriptor(line_.get(), pipe);
}

bool Steering::hears_end() const
{
    char octet = 0;
    const ssize_t count = ::recv(line_.get(), &octet, sizeof octet, MSG_DONTWAIT);
    return count >= 0 || (errno != EAGAIN && errno != EINTR);
}

std::expected<StepsEnd, RunError> Steering::finish() const
{
    tell(Word::over);
    std::string text;
    std::array<char, 4096> buffer{};
    while (text.size() < longest_outcome) {  // ends with the driver's words
        const ssize_t count = ::read(outcome_.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return steps_end_from_text(text);
}

std::string steps_end_to_text(const StepsEnd& end)
{
    Json outcomes = Json::array();
    for (const StepOutcome& outcome : end.outcomes)
        outcomes.push_back(step_outcome_to_json<Json>(outcome));
    return Json{{"outcomes", outcomes}, {"failure", end.failure}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::expected<StepsEnd, RunError> steps_end_from_text(std::string_view text)
{
    try {
        const Json json = Json::parse(text);
        StepsEnd end{{}, json.at("failure")};
        for (const Json& outcome : json.at("outcomes"))
            end.outcomes.push_back(step_outcome_from_json(outcome));
        return end;
    } catch (const std::exception&) {
        return std::unexpected(
            RunError{RunError::Kind::internal, "what drives the command in its terminal ended without a word"});
    }
}

}  // namespace waybill
