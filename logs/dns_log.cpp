#include "logs/dns_log.h"

#include <algorithm>

#include "logs/line_words.h"
#include "logs/named_endpoint.h"

namespace waybill::logs {
namespace {

/// What stands behind `PROGRAM[…]: ` or `PROGRAM: `; nothing when the line is not that program's.
std::string_view message_of(std::string_view line, std::string_view program)
{
    std::string_view rest = behind(line, program);
    if (rest.starts_with('['))
        rest = behind(rest, "]");
    return rest.starts_with(": ") ? rest.substr(2) : std::string_view{};
}

bool is_class(std::string_view word)
{
    return word == "IN" || word == "CH" || word == "HS" || word == "ANY" || word.starts_with("CLASS");
}

}  // namespace

LogRecord read_dnsmasq_line(std::string_view line)
{
    if (line.contains("dnsmasq-dhcp[") || line.contains("dnsmasq-tftp["))
        return {};
    const std::string_view message = message_of(line, "dnsmasq");
    if (message.empty())
        return not_understood("it is no line of dnsmasq");
    const auto words = words_of(message, 5);
    const auto query = std::ranges::find_if(words, [](std::string_view word) { return word.starts_with("query["); });
    if (query == words.end())
        return {};
    const auto name = std::next(query);
    return name == words.end() ? not_understood("it names no question") : read_name_record(*name, NamedBy::dns_query);
}

LogRecord read_bind_line(std::string_view line)
{
    const std::string_view question = behind(behind(line, "client "), " query: ");
    if (question.empty()) {
        const bool is_of_bind = line.contains("named[") || line.contains(" queries: ") ||
                                line.contains(" query-errors: ") || line.contains(" responses: ");
        return is_of_bind ? LogRecord{} : not_understood("it is no line of BIND");
    }
    const auto words = words_of(question, 4);
    if (words.size() < 3 || !is_class(words[1]))
        return not_understood("it names no question");
    return read_name_record(words[0], NamedBy::dns_query);
}

LogRecord read_unbound_line(std::string_view line)
{
    if (!line.contains("unbound[") && !line.contains("unbound:"))
        return not_understood("it is no line of Unbound");
    std::string_view message = behind(line, "] ");
    if (message.contains("] "))
        message = behind(message, "] ");  // a time in brackets stands before the process
    for (const std::string_view tag : {"info: ", "query: ", "reply: "})
        if (message.starts_with(tag))
            message.remove_prefix(tag.size());
    const auto words = words_of(message, 5);
    if (words.size() < 4 || !IpAddress::parse(words[0]) || !is_class(words[3]))
        return {};
    return read_name_record(words[1], NamedBy::dns_query);
}

}  // namespace waybill::logs
