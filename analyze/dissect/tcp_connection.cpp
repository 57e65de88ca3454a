#include "analyze/dissect/tcp_connection.h"

#include <algorithm>
#include <string>
#include <utility>

#include "analyze/dissect/dns_follower.h"
#include "analyze/dissect/http1_stream.h"
#include "analyze/dissect/http2_stream.h"
#include "analyze/dissect/socks_stream.h"
#include "analyze/dissect/ssh_stream.h"
#include "analyze/dissect/starttls_stream.h"
#include "wire/tls_record.h"

namespace waybill {
namespace {

constexpr Port dns_port{53};

std::unique_ptr<Follower> make_follower(const Detection& detection)
{
    switch (detection.format) {
        case Format::http1:
            return std::make_unique<Http1Stream>();
        case Format::http2:
            return std::make_unique<Http2Stream>();
        case Format::socks:
            return std::make_unique<SocksStream>();
        case Format::ssh:
            return std::make_unique<SshStream>();
        case Format::starttls:
            return std::make_unique<StarttlsStream>(detection.dialect);
        case Format::tls:
            break;
    }
    return nullptr;
}

/// Some peers send line ends before what they have to say (RFC 9112, 2.2 for HTTP).
Bytes without_line_ends(Bytes octets)
{
    const auto first = as_text(octets).find_first_not_of("\r\n");
    return octets.subspan(std::min(first, octets.size()));
}

}  // namespace

struct TcpConnection::Rare {
    struct Start {
        std::string held;          // undecided first octets
        std::uint32_t octets = 0;  // seen so far
        bool understood = true;    // false once the first octets told nothing
    };

    BothSides<Start> starts;
    std::unique_ptr<Follower> follower;
    std::unique_ptr<TcpConnection> inner;
    bool too_deep = false;
    bool is_dns = false;
    Timestamp last;  // when octets last came: what a hole or the end tells of them was seen by then
};

TcpConnection::TcpConnection(DissectContext& context, Port server_port) : context_{&context}, port_{server_port} {}
TcpConnection::TcpConnection(TcpConnection&&) noexcept = default;
TcpConnection& TcpConnection::operator=(TcpConnection&&) noexcept = default;
TcpConnection::~TcpConnection() = default;

TcpConnection::Rare& TcpConnection::rare()
{
    if (!rare_)
        rare_ = std::make_unique<Rare>();
    return *rare_;
}

std::size_t TcpConnection::data(Side side, Bytes in_order, Timestamp at, FlowFacts& facts)
{
    if (in_order.empty())
        return 0;
    const Observation seen{*context_, facts, at};
    const std::size_t unread =
        stage_ == Stage::detecting ? detect(side, in_order, seen) : follow(role(side), in_order, seen);
    if (rare_)
        rare_->last = at;
    return unread;
}

Timestamp TcpConnection::last() const
{
    return rare_ ? rare_->last : Timestamp{};
}

std::size_t TcpConnection::detect(Side side, Bytes octets, const Observation& seen)
{
    const bool begun = rare_ != nullptr && (rare_->starts[side].octets > 0 || !rare_->starts[side].understood);
    if (!begun)
        octets = without_line_ends(octets);
    if (octets.empty())
        return 0;
    Detection found;
    std::size_t held_before = 0;
    if (!begun) {
        found = detect_first(side, octets);
    } else if (rare_->starts[side].understood) {
        std::string& held = rare_->starts[side].held;
        held_before = held.size();
        held.append(as_text(octets.first(std::min(octets.size(), max_undecided_octets + 1 - held.size()))));
        found = detect_first(side, as_octets(held));
    }
    if (begun && found.verdict != Detection::Verdict::yes) {
        const Detection later = detect_later(side, octets);
        if (later.verdict == Detection::Verdict::yes) {
            found = later;
            held_before = 0;  // what came before is not part of it
        }
    }
    if (found.verdict == Detection::Verdict::yes || port_ == dns_port) {
        if (rare_)
            rare_->starts[side].held.resize(held_before);
        return start_with(found, side, octets, seen);
    }
    Rare::Start& first = rare().starts[side];
    first.octets += static_cast<std::uint32_t>(std::min<std::size_t>(octets.size(), max_unknown_octets));
    first.understood &= found.verdict == Detection::Verdict::undecided;
    if (!first.understood)
        first.held = {};
    else if (!begun)
        first.held = as_text(octets);
    return 0;
}

/// Gives what was held, and the run that decided, to what was found.
std::size_t TcpConnection::start_with(const Detection& detection, Side side, Bytes octets, const Observation& seen)
{
    BothSides<std::string> held;
    if (rare_) {
        held[Side::client].swap(rare_->starts.client.held);
        held[Side::server].swap(rare_->starts.server.held);
    }
    start(detection);
    std::size_t unread = 0;
    for (const Side role_in_order : {Side::client, Side::server}) {
        const Side sender = role(role_in_order);
        if (!held[sender].empty())
            follow(role_in_order, as_octets(held[sender]), seen);
        if (sender == side)
            unread = follow(role_in_order, octets, seen);
    }
    return unread;
}

void TcpConnection::start(const Detection& detection)
{
    const bool found = detection.verdict == Detection::Verdict::yes;
    swapped_ = detection.sides_swapped;
    if (found && detection.format == Format::tls) {
        stage_ = Stage::tls;
        return;
    }
    stage_ = Stage::following;
    rare().is_dns = !found;
    rare().follower = found ? make_follower(detection) : std::make_unique<DnsFollower>();
}

std::size_t TcpConnection::follow(Side role, Bytes octets, const Observation& seen)
{
    if (stage_ == Stage::tls)
        return tls_.data(role, octets, seen);
    const std::size_t taken = rare_->follower->data(role, octets, seen);
    if (taken == octets.size())
        return 0;
    TcpConnection* const next = inner(seen);
    return next == nullptr ? 0 : next->data(role, octets.subspan(taken), seen.at(), seen.facts());
}

/// What the followed protocol carries; nothing when it is too deep.
TcpConnection* TcpConnection::inner(const Observation& seen)
{
    if (!rare_->inner && depth_ < max_depth) {
        rare_->inner = std::make_unique<TcpConnection>(*context_);
        rare_->inner->depth_ = static_cast<std::uint8_t>(depth_ + 1);
    }
    if (!rare_->inner && !rare_->too_deep) {
        rare_->too_deep = true;
        ++seen.counters().tunnel_bound;
    }
    return rare_->inner.get();
}

void TcpConnection::missing(Side side, std::uint64_t octets, FlowFacts& facts)
{
    if (octets == 0)
        return;
    const Observation seen{*context_, facts, last()};
    if (stage_ == Stage::detecting && port_ == dns_port)
        start({});
    if (stage_ == Stage::detecting) {
        Rare::Start& first = rare().starts[side];
        first.held = {};
        first.understood = false;
        return;
    }
    if (stage_ == Stage::tls) {
        tls_.missing(role(side), seen);
        return;
    }
    if (!rare_->follower->handed_over(role(side)))
        rare_->follower->missing(role(side), octets, seen);
    else if (TcpConnection* const next = inner(seen))
        next->missing(role(side), octets, facts);
}

void TcpConnection::finish(FlowFacts& facts)
{
    const Observation seen{*context_, facts, last()};
    if (stage_ == Stage::tls)
        tls_.finish(seen);
    if (stage_ != Stage::following)
        return;
    rare_->follower->finish(seen);
    if (rare_->inner)
        rare_->inner->finish(facts);
}

bool TcpConnection::wants_unless_tls(Side side) const
{
    if (stage_ == Stage::detecting)
        return !rare_ || rare_->starts[side].octets < max_unknown_octets;
    if (rare_->follower->wants(role(side)))
        return true;
    if (!rare_->follower->handed_over(role(side)))
        return false;
    return rare_->inner ? rare_->inner->wants(role(side)) : depth_ < max_depth;
}

bool TcpConnection::reads_hello_or_dns() const
{
    if (stage_ == Stage::tls)
        return true;
    if (stage_ == Stage::detecting) {
        const auto is_torn_record = [](const Rare::Start& start) {
            return !start.held.empty() && tls::could_be_tls(as_octets(start.held));
        };
        return port_ == dns_port ||
               (rare_ && (is_torn_record(rare_->starts.client) || is_torn_record(rare_->starts.server)));
    }
    if (!rare_)
        return false;
    return rare_->inner ? rare_->inner->reads_hello_or_dns() : rare_->is_dns;
}

}  // namespace waybill
