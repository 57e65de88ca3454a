#include "analyze/dissect/starttls_stream.h"

#include <algorithm>

#include "wire/tls_record.h"

namespace waybill {
namespace {

using starttls::Dialect;

Protocol protocol_of(Dialect dialect)
{
    switch (dialect) {
        case Dialect::smtp:
            return Protocol::smtp;
        case Dialect::imap:
            return Protocol::imap;
        case Dialect::pop3:
            return Protocol::pop3;
        case Dialect::ftp:
            return Protocol::ftp;
        case Dialect::irc:
            return Protocol::irc;
        case Dialect::xmpp:
            return Protocol::xmpp;
        case Dialect::ldap:
            return Protocol::ldap;
        case Dialect::postgresql:
            return Protocol::postgresql;
    }
    return Protocol::unknown;
}

}  // namespace

std::size_t StarttlsStream::data(Side side, Bytes octets, const Observation& seen)
{
    seen.recognise(protocol_of(dialect_));
    Direction& direction = sides_[side];
    std::size_t taken = 0;
    while (taken < octets.size() && !direction.handed_over && !direction.ended) {  // each turn takes octets
        const Bytes rest = octets.subspan(taken);
        if (direction.held.empty() && (taken == 0 || asked_) && tls::looks_like_tls(rest)) {
            direction.handed_over = true;
            return taken;
        }
        taken += take_unit(side, rest);
    }
    return direction.handed_over ? taken : octets.size();
}

std::size_t StarttlsStream::take_unit(Side side, Bytes octets)
{
    Direction& direction = sides_[side];
    std::string& held = direction.held;
    const std::size_t before = held.size();
    held.append(as_text(octets.first(std::min(octets.size(), starttls::max_unit_octets - before))));
    std::size_t used = held.size() - before;
    if (const std::size_t unit = measure(side, as_octets(held)); unit > 0) {
        used = unit - before;
        std::string whole;
        whole.swap(held);
        whole.resize(unit);
        read_unit(side, as_octets(whole));
    } else if (held.size() == starttls::max_unit_octets) {
        held.clear();
        direction.ended = starttls::cut_of(dialect_) == starttls::Cut::message;
    }
    direction.octets += static_cast<std::uint32_t>(used);
    direction.ended |= direction.octets > max_octets;
    return used;
}

/// The octets of the unit at the start, 0 while it has not ended.
std::size_t StarttlsStream::measure(Side side, Bytes octets) const
{
    if (dialect_ == Dialect::postgresql && side == Side::server)
        return 1;
    return starttls::measure_unit(dialect_, octets).value_or(0);
}

void StarttlsStream::read_unit(Side side, Bytes unit)
{
    if (side == Side::client) {
        asked_ |= starttls::asks_for_tls(dialect_, unit);
        return;
    }
    if (!asked_)
        return;
    const starttls::Answer answer = starttls::answer_of(dialect_, unit);
    if (answer == starttls::Answer::other)
        return;
    asked_ = false;
    if (answer == starttls::Answer::refused)
        return;
    sides_.client.handed_over = true;
    sides_.server.handed_over = true;
}

void StarttlsStream::missing(Side side, std::uint64_t, const Observation&)
{
    sides_[side].held = {};
}

}  // namespace waybill
