#include "bench/traffic.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "bench/names.h"

namespace waybill::bench {
namespace {

using std::chrono::microseconds;

constexpr CaptureTime capture_start = std::chrono::seconds{1'767'225'600};  // 2026-01-01T00:00:00Z
constexpr std::size_t noise_octets = std::size_t{1} << 18U;                 // a power of two: offsets are masked
constexpr std::size_t largest_payload = 1400;
constexpr std::uint32_t first_port = 32768;
constexpr std::uint32_t client_ports = 28232;  // Linux's default range of ephemeral ports

struct Proportions {
    std::uint64_t flows;   ///< by default
    std::uint64_t octets;  ///< by default, of the file
    microseconds session_interval;
    std::uint32_t names;
    std::uint32_t ipv6_of_names;     ///< one name in so many has IPv6
    std::uint64_t sessions_of_1000;  ///< sessions in a thousand flows
};

constexpr Proportions proportions(Kind kind)
{
    switch (kind) {
        case Kind::mixed:
            return {17'320, 1'000'000'000, microseconds{52'000}, 400, 4, 662};
        case Kind::many:
            return {1'000'000, 0, microseconds{1'000}, 10'000, 8, 500};
        case Kind::large:
            return {8, 1'090'000'000, microseconds{100}, 8, 8, 1000};
    }
    return {};
}

/// Numbers of a flow's own, whatever the order in which flows run.
std::uint64_t flow_seed(std::uint64_t seed, std::uint64_t flow)
{
    return seed * 0x2545f4914f6cdd1dU + flow * 0x9e3779b97f4a7c15U;
}

/// The application of a connection of mixed traffic: 76 % TLS, 18 % QUIC, 6 % HTTP.
Application mixed_application(Random& random)
{
    const std::uint32_t point = random.below(1000);
    if (point < 756)
        return Application::tls;
    return point < 938 ? Application::quic : Application::http;
}

Application application_of(Kind kind, std::uint64_t session, Random& random)
{
    if (kind == Kind::many)
        return Application::tls;
    if (kind == Kind::mixed)
        return mixed_application(random);
    constexpr std::array<Application, 8> large{Application::tls,  Application::tls,  Application::http,
                                               Application::tls,  Application::quic, Application::tls,
                                               Application::http, Application::tls};
    return large[session % large.size()];
}

/// How much larger than the mean a flow is: most are small, some are not. The mean of the table is 1.
std::uint64_t weigh(Kind kind, std::uint64_t mean, Random& random)
{
    constexpr std::array<std::uint64_t, 10> percent{2, 5, 10, 20, 40, 60, 100, 160, 240, 363};
    return kind == Kind::large ? mean : mean / 100 * percent[random.below(percent.size())];
}

NameUse::Source source_of(Application application)
{
    switch (application) {
        case Application::dns:
            return NameUse::Source::dns;
        case Application::tls:
            return NameUse::Source::tls_sni;
        case Application::quic:
            return NameUse::Source::quic_sni;
        case Application::http:
            return NameUse::Source::http_host;
    }
    return NameUse::Source::dns;
}

void write_conversation(Application application, Script& script, const Session& session, Random& random)
{
    if (application == Application::tls)
        write_tls(script, session, random);
    else if (application == Application::quic)
        write_quic(script, session, random);
    else
        write_http(script, session, random);
}

Script empty_script(Kind kind, const Frames& frames)
{
    constexpr std::uint32_t large_frame = 1400;
    const auto header = static_cast<std::uint32_t>(frames.header_octets(tcp_flag::ack));
    const std::uint32_t usual = frames.transport() == Transport::tcp ? largest_payload : quic_datagram_octets;
    return Script{frames, kind == Kind::large ? large_frame - header : usual};
}

}  // namespace

std::optional<Kind> parse_kind(std::string_view text)
{
    for (const Kind kind : {Kind::mixed, Kind::many, Kind::large})
        if (bench::text(kind) == text)
            return kind;
    return std::nullopt;
}

std::string_view text(Kind kind)
{
    constexpr std::array<std::string_view, 3> words{"mixed", "many", "large"};
    return words[static_cast<std::size_t>(kind)];
}

Plan make_plan(Kind kind, std::optional<std::uint64_t> flows, std::optional<std::uint64_t> octets)
{
    const Proportions usual = proportions(kind);
    Plan plan{.kind = kind, .flows = flows.value_or(usual.flows), .octets = octets.value_or(usual.octets)};
    if (kind == Kind::mixed && octets && !flows)
        plan.flows = std::max<std::uint64_t>(1, *octets / (usual.octets / usual.flows));
    if (kind == Kind::mixed && flows && !octets)
        plan.octets = *flows * (usual.octets / usual.flows);
    return plan;
}

Traffic::Traffic(const Plan& plan, CaptureWriter& writer)
    : plan_{plan}, writer_{&writer}, truth_{plan.flows}, noise_(noise_octets + largest_payload)
{
    Random{plan.seed}.fill(noise_);
}

std::expected<void, std::string> Traffic::write()
{
    const microseconds interval = proportions(plan_.kind).session_interval;
    CaptureTime next_session = capture_start;
    while (flows_ < plan_.flows || !events_.empty()) {
        if (flows_ < plan_.flows && (events_.empty() || next_session <= events_.top().at)) {
            start_session(next_session);
            next_session += interval;
            continue;
        }
        const Event event = events_.top();
        events_.pop();
        if (!emit(event))
            return std::unexpected("the capture could not be written");
    }
    if (!writer_->flush())
        return std::unexpected("the capture could not be written");
    return {};
}

Session Traffic::make_session(Random& random) const
{
    const Proportions usual = proportions(plan_.kind);
    Session session;
    // Mixed traffic prefers some names; many flows take each in turn, by a step that is prime to their number.
    const auto turn = static_cast<std::uint32_t>(sessions_ % usual.names * 7919 % usual.names);
    session.server_number =
        plan_.kind == Kind::mixed ? std::min(random.below(usual.names), random.below(usual.names)) : turn;
    session.family = session.server_number % usual.ipv6_of_names == 1 ? Family::ipv6 : Family::ipv4;
    session.round_trip = random.between(9'000, 120'000);
    session.packet_gap = plan_.kind == Kind::large ? random.between(80, 110) : random.between(20, 900);
    session.disturbed = plan_.kind == Kind::mixed;
    session.acknowledge_every = plan_.kind == Kind::mixed && random.one_in(4) ? 1 : 2;
    if (plan_.kind != Kind::many) {
        const std::uint64_t rest = (plan_.flows - flows_) * usual.sessions_of_1000 / 1000;
        const std::uint64_t octets = plan_.octets > planned_octets_ ? plan_.octets - planned_octets_ : 1;
        session.octets =
            std::max<std::uint64_t>(1, weigh(plan_.kind, octets / std::max<std::uint64_t>(1, rest), random));
    }
    return session;
}

/// Starts one connection and, as a client does first, often the question for its name.
void Traffic::start_session(CaptureTime at)
{
    Random random{flow_seed(~plan_.seed, sessions_)};
    const auto client = static_cast<std::uint32_t>(sessions_ * 167 % client_count);
    const auto port = static_cast<std::uint16_t>(first_port + sessions_ / client_count * 2 % client_ports);
    const Application application = application_of(plan_.kind, sessions_, random);
    Session session = make_session(random);
    const bool asks = plan_.kind == Kind::many || (plan_.kind == Kind::mixed && random.below(1000) < 511);
    at += microseconds{random.below(900)};
    ++sessions_;
    if (asks) {
        const bool own_name = plan_.distinct_names;
        const auto number = own_name ? static_cast<std::uint32_t>(flows_) : session.server_number;
        if (own_name)
            session.server_number = number + 1;
        Session question = session;
        question.host = server_name(number);
        question.round_trip = random.between(600, 9'000);
        Script script = empty_script(
            plan_.kind, {Family::ipv4, Transport::udp, client_address(Family::ipv4, client, port), resolver_address()});
        write_dns(script, question, plan_.kind == Kind::many, random);
        add_flow(std::move(script), at, random.next(), {NameUse::Source::dns, number});
        at += microseconds{question.round_trip + 300};
    }
    if (flows_ == plan_.flows)
        return;
    if (plan_.distinct_names)
        session.server_number = static_cast<std::uint32_t>(flows_);
    session.host = server_name(session.server_number);
    const Transport transport = application == Application::quic ? Transport::udp : Transport::tcp;
    Script script = empty_script(
        plan_.kind,
        {session.family, transport, client_address(session.family, client, static_cast<std::uint16_t>(port + 1)),
         server_address(session.family, session.server_number, application == Application::http ? 80 : 443)});
    write_conversation(application, script, session, random);
    add_flow(std::move(script), at, random.next(), {source_of(application), session.server_number});
}

void Traffic::add_flow(Script script, CaptureTime at, std::uint64_t seed, NameUse use)
{
    truth_.add_flow(script, use);
    planned_octets_ += script.wire_octets();
    Flow flow{.script = std::move(script), .random = Random{seed}};
    flow.truth = {.number = flows_++, .use = use};
    for (std::uint32_t& sequence : flow.first_sequence)
        sequence = static_cast<std::uint32_t>(flow.random.next());
    if (free_slots_.empty()) {
        free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
        slots_.emplace_back();
    }
    const std::uint32_t slot = free_slots_.back();
    free_slots_.pop_back();
    slots_[slot].emplace(std::move(flow));
    events_.push({at, order_++, slot});
}

/// The packet that the flow's present state asks for; moves the flow on.
Traffic::Packet Traffic::next_packet(Flow& flow) const
{
    const Step& step = flow.script.steps()[flow.step];
    if (step.acknowledge_every != 0 && flow.unacknowledged == step.acknowledge_every) {
        flow.unacknowledged = 0;
        Packet packet{.content = step.content, .gap = step.gap};
        packet.fields.direction = opposite(step.direction);
        packet.fields.flags = tcp_flag::ack;
        packet.fields.sequence = flow.next_sequence[index(packet.fields.direction)];
        packet.octets = step.content == Content::quic_short ? quic_acknowledgement_octets : 0;
        return packet;
    }
    return data_packet(flow, step);
}

Traffic::Packet Traffic::data_packet(Flow& flow, const Step& step) const
{
    Packet packet{.content = step.content, .gap = step.gap};
    packet.octets = std::min(step.octets - flow.progress, flow.script.segment_octets());
    packet.fields.direction = step.direction;
    packet.fields.flags = step.flags;
    packet.fields.sequence = step.sequence + flow.progress;
    const bool counted = (step.flags & (tcp_flag::syn | tcp_flag::fin)) != 0;
    std::uint32_t& next = flow.next_sequence[index(step.direction)];
    next = std::max(next, packet.fields.sequence + packet.octets + (counted ? 1 : 0));
    flow.progress += packet.octets;
    ++flow.unacknowledged;
    if (flow.progress == step.octets) {
        ++flow.step;
        flow.progress = 0;
        flow.unacknowledged = 0;
    }
    return packet;
}

void Traffic::fill_payload(Flow& flow, const Packet& packet, const Step& step, std::uint32_t progress,
                           std::span<std::byte> payload) const
{
    if (payload.empty())
        return;
    const Bytes source = packet.content == Content::message
                             ? flow.script.messages().subspan(step.message_at + progress, payload.size())
                             : Bytes{noise_}.subspan(flow.random.next() % noise_octets, payload.size());
    std::memcpy(payload.data(), source.data(), source.size());
    if (packet.content == Content::tls_records)
        write_record_headers(payload, progress, step.octets);
    if (packet.content == Content::quic_short) {
        payload[0] = std::byte{0x40} | (payload[0] & std::byte{0x3f});  // short header, fixed bit
        std::ranges::copy(flow.script.connection_ids[index(opposite(packet.fields.direction))], payload.begin() + 1);
    }
}

bool Traffic::emit(const Event& event)
{
    Flow& flow = *slots_[event.slot];
    const Step step = flow.script.steps()[flow.step];
    const std::uint32_t progress = flow.progress;
    Packet packet = next_packet(flow);
    const Direction direction = packet.fields.direction;
    const Frames& frames = flow.script.frames();
    const std::size_t header = frames.header_octets(packet.fields.flags);
    const auto frame = writer_->frame(header + packet.octets);
    fill_payload(flow, packet, step, progress, frame.subspan(header));
    packet.fields.sequence += flow.first_sequence[index(direction)];
    packet.fields.acknowledgement =
        flow.first_sequence[index(opposite(direction))] + flow.next_sequence[index(opposite(direction))];
    packet.fields.clock = static_cast<std::uint32_t>(event.at.count() / 1000);
    packet.fields.identification = static_cast<std::uint16_t>(flow.random.next());
    frames.write_headers(frame, packet.fields);
    flow.truth.volume.add(direction, frame.size(), packet.octets);
    truth_.add_packet(event.at);
    const std::uint32_t jitter = packet.gap / 4 == 0 ? 0 : flow.random.below(packet.gap / 4);
    if (flow.step == flow.script.steps().size()) {
        truth_.end_flow(frames, flow.truth);
        slots_[event.slot].reset();
        free_slots_.push_back(event.slot);
    } else {
        events_.push({event.at + microseconds{packet.gap + jitter}, order_++, event.slot});
    }
    return writer_->commit(event.at);
}

}  // namespace waybill::bench
