#include "rules/policy/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "rules/pack_fields.h"
#include "rules/pattern_fields.h"

namespace waybill::rules {
namespace {

constexpr std::size_t max_policy_octets = 4U << 20U;
constexpr std::string_view format_name = "waybill-policy/1";
constexpr double largest_limit = 9'007'199'254'740'991;  // 2^53 - 1: each whole number up to it is a double

constexpr std::array<std::pair<Effect, std::string_view>, 3> effect_words{
    {{Effect::allow, "allow"}, {Effect::review, "review"}, {Effect::deny, "deny"}}};
constexpr Words<Effect> effects{effect_words};

constexpr std::array<std::pair<Measure, std::string_view>, 7> measure_words{{
    {Measure::payload_out, "payload-out"},
    {Measure::ip_bytes_out, "ip-bytes-out"},
    {Measure::endpoints, "endpoints"},
    {Measure::uncited_endpoints, "uncited-endpoints"},
    {Measure::flows, "flows"},
    {Measure::unattributed_share, "unattributed-share"},
    {Measure::lost_input, "lost-input"},
}};
constexpr Words<Measure> measures{measure_words};

std::vector<std::string> owned(const JsonObject::Texts& texts)
{
    return {texts.begin(), texts.end()};
}

/// Reads one policy; what it meets first goes to `error_`.
class PolicyReader {
public:
    std::expected<Policy, FieldError> read(const JsonDocument& document)
    {
        const JsonPlace root;
        JsonObject in{{&document, 0}, root, error_};
        Policy policy;
        if (in.text("format") != format_name)
            in.fail("format", fmt::format("it must be \"{}\"", format_name));
        policy.id = in.text("id");
        if (!is_id(policy.id))
            in.fail("id", "it must be of a-z, 0-9, '-' and '.'");
        policy.title = in.text("title");
        policy.version = date(in, "version");
        policy.note = in.optional_text("note").value_or("");
        policy.otherwise = word(in, "default", effects);
        policy.mixed_purposes = optional_effect(in, "mixed_purposes", Effect::review);
        in.each("entries", [&](JsonValue value, const JsonPlace& place) { add_entry(policy, value, place); });
        in.each_optional("limits", [&](JsonValue value, const JsonPlace& place) { add_limit(policy, value, place); });
        in.each_optional("suggestions", [&](JsonValue value, const JsonPlace& place) {  // for a person to read
            if (value->kind != JsonDocument::Kind::object && !error_)
                error_ = FieldError{place.text(), "it must be an object, in { }"};
        });
        in.finish();
        if (error_)
            return std::unexpected(*error_);
        return policy;
    }

private:
    static Effect optional_effect(JsonObject& in, std::string_view name, Effect otherwise)
    {
        const auto written = in.optional_text(name);
        if (!written)
            return otherwise;
        const auto effect = effects.find(*written);
        if (!effect)
            in.fail(name, fmt::format("it must be one of {}", effects.list()));
        return effect.value_or(otherwise);
    }

    /// An id that nothing else in the policy has.
    std::string id(JsonObject& in)
    {
        const std::string_view written = in.text("id");
        if (!is_id(written))
            in.fail("id", "it must be of a-z, 0-9, '-' and '.'");
        if (!ids_.insert(std::string{written}).second)
            in.fail("id", fmt::format("\"{}\" stands twice; rename one", written));
        return std::string{written};
    }

    ContactSelector selector(JsonObject& in)
    {
        ContactSelector found;
        EndpointPattern pattern = endpoint_pattern(in, error_);
        found.hosts = std::move(pattern.hosts);
        found.addresses = std::move(pattern.addresses);
        found.ports = std::move(pattern.ports);
        found.transports = std::move(pattern.transports);
        found.vendors = owned(in.optional_texts("vendors"));
        for (const std::string_view written : in.optional_texts("purposes")) {
            if (const auto purpose = parse_purpose(written))
                found.purposes.push_back(*purpose);
            else
                in.fail("purposes",
                        fmt::format("\"{}\" is not a purpose; docs/formats/rule-pack.md lists them", written));
        }
        for (const std::string_view written : in.optional_texts("protocols")) {
            if (const auto protocol = find_protocol(written))
                found.protocols.push_back(*protocol);
            else
                in.fail("protocols",
                        fmt::format("\"{}\" is not a protocol; docs/formats/events.md lists them", written));
        }
        found.processes = owned(in.optional_texts("processes"));
        found.packages = owned(in.optional_texts("packages"));
        found.products = owned(in.optional_texts("products"));
        for (const std::string_view written : in.optional_texts("grades")) {
            if (const auto grade = source_grades.find(written))
                found.grades.push_back(*grade);
            else
                in.fail("grades", fmt::format("each must be one of {}", source_grades.list()));
        }
        found.phases = owned(in.optional_texts("phases"));
        return found;
    }

    void add_entry(Policy& policy, JsonValue value, const JsonPlace& place)
    {
        JsonObject in{value, place, error_};
        PolicyEntry entry;
        entry.id = id(in);
        entry.effect = word(in, "effect", effects);
        entry.selector = selector(in);
        entry.reason = in.optional_text("reason").value_or("");
        entry.note = in.optional_text("note").value_or("");
        if (in.optional_text("expires"))
            entry.expires = date(in, "expires");
        in.object_optional("seen", [&](JsonValue field, const JsonPlace& where) { entry.seen = seen(field, where); });
        in.finish();
        if (entry.selector.is_everything())
            in.fail("hosts", "it speaks of everything, which \"default\" is for; say which contacts it is about");
        policy.entries.push_back(std::move(entry));
    }

    Sightings seen(JsonValue value, const JsonPlace& place)
    {
        JsonObject in{value, place, error_};
        const Sightings found{in.optional_count("runs").value_or(0), in.optional_count("of").value_or(0),
                              in.optional_count("flows").value_or(0)};
        static_cast<void>(in.optional_share("stability"));  // runs over of: for a person to read
        in.finish();
        if (found.runs > found.of)
            in.fail("runs", "it is more than \"of\"");
        return found;
    }

    void add_limit(Policy& policy, JsonValue value, const JsonPlace& place)
    {
        JsonObject in{value, place, error_};
        PolicyLimit limit;
        limit.id = id(in);
        limit.measure = word(in, "measure", measures);
        const auto most =
            limit.measure == Measure::unattributed_share
                ? in.optional_share("most")
                : in.optional_count("most").transform([](std::uint64_t count) { return static_cast<double>(count); });
        if (!most)
            in.fail("most", "it is missing; add it");
        else if (*most > largest_limit)
            in.fail("most", "it is larger than anything that can be measured; write less than 2^53");
        limit.most = most.value_or(0);
        limit.selector = selector(in);
        limit.reason = in.optional_text("reason").value_or("");
        limit.note = in.optional_text("note").value_or("");
        in.finish();
        if (limit.measure == Measure::lost_input && !limit.selector.is_everything())
            in.fail("measure", "lost input belongs to no contact; leave out hosts, purposes and the like");
        policy.limits.push_back(std::move(limit));
    }

    std::optional<FieldError> error_;
    std::set<std::string> ids_;
};

template <class Predicate>
bool any_selector(const Policy& policy, const Predicate& predicate)
{
    return std::ranges::any_of(policy.entries, predicate, &PolicyEntry::selector) ||
           std::ranges::any_of(policy.limits, predicate, &PolicyLimit::selector);
}

}  // namespace

bool ContactSelector::is_everything() const
{
    return hosts.empty() && addresses.empty() && vendors.empty() && purposes.empty() && ports.empty() &&
           transports.empty() && protocols.empty() && processes.empty() && packages.empty() && products.empty() &&
           grades.empty() && phases.empty();
}

bool Policy::tells_phases() const
{
    return any_selector(*this, [](const ContactSelector& selector) { return !selector.phases.empty(); });
}

bool Policy::tells_processes() const
{
    return any_selector(*this, [](const ContactSelector& selector) {
        return !selector.processes.empty() || !selector.packages.empty();
    });
}

std::string_view text(Measure measure)
{
    return measures.word(measure);
}

std::string PolicyError::text() const
{
    const std::string place = field.where.empty() ? std::string{} : fmt::format("{}: ", field.where);
    return printable(fmt::format("{}: {}{}", file, place, field.what));
}

std::expected<Policy, PolicyError> parse_policy(std::string octets, std::string_view file)
{
    const auto fail = [&](FieldError error) {
        return std::unexpected(PolicyError{std::string{file}, std::move(error)});
    };
    if (octets.size() > max_policy_octets)
        return fail({{}, "it is larger than 4 MB"});
    auto document = JsonDocument::parse(octets);
    if (!document)
        return fail(std::move(document.error()));
    auto policy = PolicyReader{}.read(*document);
    if (!policy)
        return fail(std::move(policy.error()));
    policy->file = file;
    policy->digest = sha256_hex(as_octets(octets));
    return *std::move(policy);
}

std::expected<Policy, PolicyError> read_policy(const std::filesystem::path& file)
{
    auto octets = read_file(file, max_policy_octets);
    if (!octets)
        return std::unexpected(
            PolicyError{file.filename().string(), {{}, fmt::format("it cannot be read: {}", octets.error())}});
    return parse_policy(*std::move(octets), file.filename().string());
}

}  // namespace waybill::rules
