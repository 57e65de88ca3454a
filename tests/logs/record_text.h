#pragma once

#include <string>

#include "logs/log_record.h"

namespace waybill::test {

/// A record as a line: `host address :port/transport by source, process=… pid=… user=… device=… reverse=…`, of what is
/// there; or "nothing", "header a|b", "problem: …".
inline std::string text_of(const logs::LogRecord& record)
{
    using Kind = logs::LogRecord::Kind;
    if (record.kind == Kind::nothing)
        return "nothing";
    if (record.kind == Kind::not_understood)
        return "problem: " + std::string{record.problem};
    std::string out;
    if (record.kind == Kind::header) {
        for (const std::string& field : record.fields)
            out += (out.empty() ? "header " : "|") + field;
        return out;
    }
    const auto add = [&](const std::string& word) { out += (out.empty() ? "" : " ") + word; };
    const logs::LoggedEndpoint& endpoint = record.endpoint;
    if (endpoint.host)
        add(endpoint.host->text());
    if (endpoint.address.family() != IpAddress::Family::none)
        add(endpoint.address.text());
    if (endpoint.port)
        add(":" + std::to_string(number(*endpoint.port)));
    if (endpoint.transport)
        add("/" + std::string{text(*endpoint.transport)});
    if (endpoint.named_by != logs::NamedBy::nothing)
        add("by " + std::string{logs::text(endpoint.named_by)});
    if (!record.owner.process.empty())
        add("process=" + record.owner.process);
    if (record.owner.pid)
        add("pid=" + std::to_string(*record.owner.pid));
    if (!record.owner.user.empty())
        add("user=" + record.owner.user);
    if (!record.owner.device.empty())
        add("device=" + record.owner.device);
    if (!record.reverse_name.empty())
        add("reverse=" + record.reverse_name);
    return out;
}

/// A line and what it says.
struct RecordRow {
    const char* line;
    const char* record;
};

}  // namespace waybill::test
