#include "rules/pack.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "rules/pack_words.h"

namespace waybill::rules {
namespace {

constexpr std::size_t max_pack_octets = 4U << 20U;  // a hundred times the largest of ours
constexpr std::string_view format_name = "waybill-rule-pack/1";

bool is_id_character(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') || character == '-' ||
           character == '.';
}

bool is_id(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, is_id_character);
}

/// Whether it is the pack's id, a slash and a name.
bool is_rule_id(std::string_view text, std::string_view pack)
{
    return text.starts_with(pack) && text.substr(pack.size()).starts_with('/') && is_id(text.substr(pack.size() + 1));
}

/// Whether no bit of the base lies behind the prefix.
bool is_network(const AddressRange& range)
{
    unsigned bit = 0;
    for (const std::byte octet : range.base.octets()) {
        const unsigned kept = range.prefix_length > bit ? std::min(range.prefix_length - bit, 8U) : 0;
        if ((std::to_integer<unsigned>(octet) & (0xffU >> kept)) != 0)
            return false;
        bit += 8;
    }
    return true;
}

/// Reads one pack; what it meets first goes to `error_`.
class PackReader {
public:
    std::expected<Pack, FieldError> read(const JsonDocument& document)
    {
        const JsonPlace root;
        JsonObject in{{&document, 0}, root, error_};
        Pack pack;
        if (in.text("format") != format_name)
            in.fail("format", fmt::format("it must be \"{}\"", format_name));
        pack.id = in.text("id");
        if (!is_id(pack.id))
            in.fail("id", "it must be of a-z, 0-9, '-' and '.'");
        pack.title = in.text("title");
        pack.version = date(in, "version");
        pack.vendor = in.text("vendor");
        pack.registrable_domains = in.texts("registrable_domains");
        check_domains(in, pack.registrable_domains);
        pack.licence = in.text("licence");
        in.each("rules",
                [&](JsonValue value, const JsonPlace& place) { pack.rules.push_back(rule(value, place, pack.id)); });
        in.finish();
        if (error_)
            return std::unexpected(*error_);
        return pack;
    }

private:
    static Date date(JsonObject& in, std::string_view name)
    {
        const auto day = parse_date(in.text(name));
        if (!day)
            in.fail(name, "it must be a date such as 2026-08-22");
        return day.value_or(Date{});
    }

    template <class Value>
    static Value word(JsonObject& in, std::string_view name, const Words<Value>& words)
    {
        const auto value = words.find(in.text(name));
        if (!value)
            in.fail(name, fmt::format("it must be one of {}", words.list()));
        return value.value_or(Value{});
    }

    static void check_domains(JsonObject& in, const JsonObject::Texts& domains)
    {
        for (const std::string_view domain : domains) {
            const auto host = Hostname::parse(domain);
            if (!host || host->text() != domain)
                in.fail("registrable_domains", fmt::format("\"{}\" is not a domain in lower case", domain));
        }
    }

    static void check_url(JsonObject& in, std::string_view name, std::string_view url)
    {
        if (!is_web_address(url))
            in.fail(name, fmt::format("\"{}\" is not a web address; write https://host/path", url));
    }

    Source source(JsonValue value, const JsonPlace& place)
    {
        JsonObject in{value, place, error_};
        Source source;
        source.title = in.text("title");
        source.url = in.text("url");
        check_url(in, "url", source.url);
        source.grade = word(in, "grade", source_grades);
        source.read = date(in, "read");
        source.paraphrase = in.text("paraphrase");
        source.read_via = in.optional_text("read_via");
        in.finish();
        return source;
    }

    OptOut opt_out(JsonValue value, const JsonPlace& place)
    {
        JsonObject in{value, place, error_};
        OptOut opt_out;
        opt_out.name = in.text("name");
        opt_out.kind = word(in, "kind", opt_out_kinds);
        opt_out.effect = in.text("effect");
        opt_out.source = in.text("source");
        check_url(in, "source", opt_out.source);
        in.finish();
        return opt_out;
    }

    EndpointPattern match(JsonValue value, const JsonPlace& place)
    {
        JsonObject in{value, place, error_};
        EndpointPattern match;
        for (const std::string_view written : in.optional_texts("hosts")) {
            auto pattern = HostPattern::parse(written);
            if (!pattern)
                in.fail("hosts", fmt::format("\"{}\" is not a host pattern: {}", written, text(pattern.error().kind)));
            else
                match.hosts.push_back(*std::move(pattern));
        }
        for (const std::string_view written : in.optional_texts("addresses")) {
            const auto range = AddressRange::parse(written);
            if (!range || !is_network(*range) || text(*range) != written)
                in.fail("addresses", fmt::format("\"{}\" is not an address or range in its shortest form, such as "
                                                 "192.0.2.0/24 or 2001:db8::1",
                                                 written));
            else
                match.addresses.push_back(*range);
        }
        in.each_optional("ports", [&](JsonValue port, const JsonPlace& where) { read_port(port, where, match); });
        for (const std::string_view written : in.optional_texts("transports")) {
            if (const auto transport = parse_transport(written))
                match.transports.push_back(*transport);
            else
                in.fail("transports", "it must be tcp, udp, icmp or sctp");
        }
        in.finish();
        if (match.hosts.empty() && match.addresses.empty())
            in.fail("hosts", R"(a rule needs at least one host or address; add "hosts" or "addresses")");
        return match;
    }

    void read_port(JsonValue value, const JsonPlace& place, EndpointPattern& match)
    {
        const bool is_port = value.is_text() || value->kind == JsonDocument::Kind::number;
        const auto range = is_port ? parse_port_range(value->text) : std::nullopt;
        if (range)
            match.ports.push_back(*range);
        else if (!error_)
            error_ = FieldError{place.text(), "it must be a port such as 443 or a range such as \"8000-8100\""};
    }

    Examples examples(JsonValue value, const JsonPlace& place)
    {
        JsonObject in{value, place, error_};
        Examples examples{in.texts("match"), in.texts("no_match")};
        for (const auto* list : {&examples.match, &examples.no_match})
            for (const std::string_view endpoint : *list)
                if (!parse_endpoint(endpoint))
                    in.fail(list == &examples.match ? "match" : "no_match",
                            fmt::format("\"{}\" is not an endpoint; write host, host:port or host:port/udp", endpoint));
        in.finish();
        return examples;
    }

    Rule rule(JsonValue value, const JsonPlace& place, std::string_view pack)
    {
        JsonObject in{value, place, error_};
        Rule rule;
        rule.id = in.text("id");
        if (!is_rule_id(rule.id, pack))
            in.fail("id", fmt::format("it must be \"{}/\" and a name of a-z, 0-9, '-' and '.'", pack));
        rule.vendor = in.text("vendor");
        rule.products = in.texts("products");
        in.object("match", [&](JsonValue field, const JsonPlace& where) { rule.match = match(field, where); });
        for (const std::string_view written : in.texts("purposes")) {
            if (const auto purpose = parse_purpose(written))
                rule.purposes.push_back(*purpose);
            else
                in.fail("purposes",
                        fmt::format("\"{}\" is not a purpose; docs/formats/rule-pack.md lists them", written));
        }
        if (rule.purposes.empty())
            in.fail("purposes", "a rule needs at least one purpose; \"unknown\" is one");
        rule.statement = in.text("statement");
        in.each_optional("opt_outs", [&](JsonValue element, const JsonPlace& where) {
            rule.opt_outs.push_back(opt_out(element, where));
        });
        in.each("sources",
                [&](JsonValue element, const JsonPlace& where) { rule.sources.push_back(source(element, where)); });
        if (rule.sources.empty())
            in.fail("sources", "a rule needs at least one source");
        in.object("examples", [&](JsonValue field, const JsonPlace& where) { rule.examples = examples(field, where); });
        in.finish();
        return rule;
    }

    std::optional<FieldError> error_;
};

}  // namespace

std::string PackError::text() const
{
    const std::string place = field.where.empty() ? std::string{} : fmt::format("{}: ", field.where);
    return printable(fmt::format("{}: {}{}", file, place, field.what));
}

std::string Pack::digest() const
{
    return sha256_hex(as_octets(*text.octets));
}

std::expected<Pack, PackError> parse_pack(std::string octets, std::string_view file)
{
    const auto fail = [&](FieldError error) { return std::unexpected(PackError{std::string{file}, std::move(error)}); };
    if (octets.size() > max_pack_octets)
        return fail({{}, "it is larger than 4 MB; split it"});
    auto kept = std::make_unique<const std::string>(std::move(octets));
    auto document = JsonDocument::parse(*kept);
    if (!document)
        return fail(std::move(document.error()));
    auto pack = PackReader{}.read(*document);
    if (!pack)
        return fail(std::move(pack.error()));
    pack->file = file;
    pack->text = {std::move(kept), document->take_unescaped()};
    return *std::move(pack);
}

std::expected<Pack, PackError> read_pack(const std::filesystem::path& file)
{
    const std::string name = file.filename().string();
    auto octets = read_file(file, max_pack_octets);
    if (!octets)
        return std::unexpected(PackError{name, {{}, fmt::format("it cannot be read: {}", octets.error())}});
    return parse_pack(*std::move(octets), name);
}

ReadDates read_dates(const Pack& pack)
{
    std::optional<ReadDates> dates;
    for (const Rule& rule : pack.rules)
        for (const Source& source : rule.sources) {
            if (!dates)
                dates = ReadDates{source.read, source.read};
            dates->oldest = std::min(dates->oldest, source.read);
            dates->latest = std::max(dates->latest, source.read);
        }
    return dates.value_or(ReadDates{pack.version, pack.version});
}

}  // namespace waybill::rules
