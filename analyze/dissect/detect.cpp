#include "analyze/dissect/detect.h"

#include <algorithm>
#include <string_view>

#include "wire/http1.h"
#include "wire/socks.h"
#include "wire/ssh.h"
#include "wire/tls_record.h"

namespace waybill {
namespace {

using Verdict = Detection::Verdict;

Detection yes(Format format)
{
    return {Verdict::yes, format, {}, false};
}

Detection swapped(Format format)
{
    return {Verdict::yes, format, {}, true};
}

/// The stronger of two verdicts; the first of two equal ones.
Detection better(const Detection& one, const Detection& two)
{
    return two.verdict > one.verdict ? two : one;
}

Detection undecided_if(bool condition)
{
    return {condition ? Verdict::undecided : Verdict::no, {}, {}, false};
}

bool is_hello_of(tls::HandshakeType type, Bytes octets)
{
    constexpr std::size_t message_type = tls::record_header_octets;
    if (tls::starts_sslv2(octets.front()))
        return type == tls::HandshakeType::client_hello;
    return octets.front() == static_cast<std::byte>(tls::ContentType::handshake) && octets.size() > message_type &&
           octets[message_type] == static_cast<std::byte>(type);
}

Detection detect_tls(Side side, Bytes octets)
{
    if (!tls::looks_like_tls(octets))
        return undecided_if(tls::could_be_tls(octets));
    const auto theirs = side == Side::client ? tls::HandshakeType::server_hello : tls::HandshakeType::client_hello;
    return is_hello_of(theirs, octets) ? swapped(Format::tls) : yes(Format::tls);
}

Detection detect_preface(std::string_view text)
{
    for (const std::string_view start : {http1::http2_preface, http1::http2_preface_rest}) {
        if (text.starts_with(start))
            return yes(Format::http2);
        if (start.starts_with(text))
            return undecided_if(true);
    }
    return {};
}

Detection detect_ssh(std::string_view text)
{
    constexpr std::string_view start = "SSH-";
    if (!ssh::could_be_identification(text))
        return {};
    return text.size() < start.size() ? undecided_if(true) : yes(Format::ssh);
}

Detection detect_request(std::string_view text)
{
    switch (http1::starts_like_request(text)) {
        case http1::Likeness::yes:
            return yes(Format::http1);
        case http1::Likeness::undecided:
            return undecided_if(true);
        case http1::Likeness::no:
            break;
    }
    return {};
}

Detection detect_response(std::string_view text)
{
    constexpr std::size_t version_octets = 8;  // "HTTP/1.1"
    if (!http1::starts_like_response(text))
        return {};
    return text.size() > version_octets ? yes(Format::http1) : undecided_if(true);
}

/// SOCKS 4 has little that tells it: its request must be all that was sent.
Detection detect_socks(Bytes octets)
{
    if (octets.front() == std::byte{socks::version5}) {
        const auto greeting = socks::measure_greeting(octets);
        if (!greeting)
            return undecided_if(greeting.error().kind == ParseError::Kind::truncated);
        const auto rest = octets.subspan(*greeting);
        const bool goes_on =
            !rest.empty() && (rest.front() == std::byte{socks::version5} || rest.front() == std::byte{1});
        return rest.empty() || goes_on ? yes(Format::socks) : Detection{};
    }
    if (octets.front() != std::byte{socks::version4})
        return {};
    const auto request = socks::parse_request(octets);
    if (!request)
        return undecided_if(request.error().kind == ParseError::Kind::truncated);
    return request->octets == octets.size() && request->port != 0 ? yes(Format::socks) : Detection{};
}

Detection detect_dialect(const starttls::Recognition& recognition)
{
    if (recognition.likeness == starttls::Likeness::yes)
        return {Verdict::yes, Format::starttls, recognition.dialect, false};
    return undecided_if(recognition.likeness == starttls::Likeness::undecided);
}

Detection detect_client(Bytes octets)
{
    const std::string_view text = as_text(octets);
    Detection found = detect_tls(Side::client, octets);
    if (found.verdict == Verdict::yes)
        return found;
    for (const Detection& other : {detect_preface(text), detect_ssh(text), detect_request(text), detect_socks(octets),
                                   detect_dialect(starttls::recognise_client(octets))})
        found = better(found, other);
    if (found.verdict != Verdict::yes && detect_response(text).verdict == Verdict::yes)
        return swapped(Format::http1);
    return found;
}

Detection detect_server(Bytes octets)
{
    const std::string_view text = as_text(octets);
    Detection found = detect_tls(Side::server, octets);
    if (found.verdict == Verdict::yes)
        return found;
    for (const Detection& other :
         {detect_ssh(text), detect_response(text), detect_dialect(starttls::recognise_server(text))})
        found = better(found, other);
    if (found.verdict == Verdict::yes)
        return found;
    if (text.contains("\nSSH-"))  // RFC 4253, 4.2: a server may send other lines first
        return yes(Format::ssh);
    if (detect_preface(text).verdict == Verdict::yes)
        return swapped(Format::http2);
    return http1::starts_with_request_line(text) ? swapped(Format::http1) : found;
}

}  // namespace

Detection detect_first(Side side, Bytes first_octets)
{
    if (first_octets.empty())
        return undecided_if(true);
    const Detection found = side == Side::client ? detect_client(first_octets) : detect_server(first_octets);
    if (found.verdict == Verdict::undecided && first_octets.size() > max_undecided_octets)
        return {};
    return found;
}

Detection detect_later(Side side, Bytes run)
{
    if (run.empty())
        return {};
    const std::string_view text = as_text(run);
    Detection found = detect_tls(side, run);
    if (found.verdict != Verdict::yes && http1::starts_with_request_line(text))
        found = side == Side::client ? yes(Format::http1) : swapped(Format::http1);
    if (found.verdict != Verdict::yes && detect_response(text).verdict == Verdict::yes)
        found = side == Side::server ? yes(Format::http1) : swapped(Format::http1);
    return found.verdict == Verdict::yes ? found : Detection{};
}

}  // namespace waybill
