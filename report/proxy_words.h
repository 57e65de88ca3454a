#pragma once

#include <string>
#include <vector>

#include "model/report.h"

// The words for proxies and daemons, in every report for people. Whatever came from outside is made printable here.

namespace waybill {

/// "127.0.0.1:8080", "[::1]:8080"
std::string place_text(const SocketAddress& place);

/// "contacted directly, in 1 flow, although HTTPS_PROXY names 127.0.0.1:8080: api.example:443 (curl), …"
std::string past_proxy_sentence(const Finding& finding, const Report& report);

/// "via proxy (127.0.0.1:8080)", "for curl": what stands between a contact's process and its endpoint, and for whom the
/// contact is.
std::vector<std::string> leg_remarks(const Contact& contact, const Report& report);

/// A sentence for each daemon that was asked, by which programs, and how often; the last one says what that means.
std::vector<std::string> delegation_sentences(const Report& report);

}  // namespace waybill
