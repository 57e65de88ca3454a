#include "rules/pack.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "rules/pack_words.h"

namespace waybill::rules {
namespace {

using Json = nlohmann::json;

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
    std::expected<Pack, FieldError> read(const Json& document)
    {
        JsonObject in{document, "", error_};
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
        in.each("rules", [&](const Json& value, const std::string& where) {
            pack.rules.push_back(rule(value, where, pack.id));
        });
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

    static void check_domains(JsonObject& in, const std::vector<std::string>& domains)
    {
        for (const std::string& domain : domains) {
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

    Source source(const Json& value, const std::string& where)
    {
        JsonObject in{value, where, error_};
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

    OptOut opt_out(const Json& value, const std::string& where)
    {
        JsonObject in{value, where, error_};
        OptOut opt_out;
        opt_out.name = in.text("name");
        opt_out.kind = word(in, "kind", opt_out_kinds);
        opt_out.effect = in.text("effect");
        opt_out.source = in.text("source");
        check_url(in, "source", opt_out.source);
        in.finish();
        return opt_out;
    }

    EndpointPattern match(const Json& value, const std::string& where)
    {
        JsonObject in{value, where, error_};
        EndpointPattern match;
        for (const std::string& written : in.optional_texts("hosts")) {
            auto pattern = HostPattern::parse(written);
            if (!pattern)
                in.fail("hosts", fmt::format("\"{}\" is not a host pattern: {}", written, text(pattern.error().kind)));
            else
                match.hosts.push_back(*std::move(pattern));
        }
        for (const std::string& written : in.optional_texts("addresses")) {
            const auto range = AddressRange::parse(written);
            if (!range || !is_network(*range) || text(*range) != written)
                in.fail("addresses", fmt::format("\"{}\" is not an address or range in its shortest form, such as "
                                                 "192.0.2.0/24 or 2001:db8::1",
                                                 written));
            else
                match.addresses.push_back(*range);
        }
        in.each_optional("ports", [&](const Json& port, const std::string& place) { read_port(port, place, match); });
        for (const std::string& written : in.optional_texts("transports")) {
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

    void read_port(const Json& value, const std::string& where, EndpointPattern& match)
    {
        std::optional<PortRange> range;
        if (value.is_number_unsigned())
            range = parse_port_range(fmt::format("{}", value.get<std::uint64_t>()));
        else if (value.is_string())
            range = parse_port_range(value.get_ref<const std::string&>());
        if (range)
            match.ports.push_back(*range);
        else if (!error_)
            error_ = FieldError{where, "it must be a port such as 443 or a range such as \"8000-8100\""};
    }

    Examples examples(const Json& value, const std::string& where)
    {
        JsonObject in{value, where, error_};
        Examples examples{in.texts("match"), in.texts("no_match")};
        for (const auto* list : {&examples.match, &examples.no_match})
            for (const std::string& endpoint : *list)
                if (!parse_endpoint(endpoint))
                    in.fail(list == &examples.match ? "match" : "no_match",
                            fmt::format("\"{}\" is not an endpoint; write host, host:port or host:port/udp", endpoint));
        in.finish();
        return examples;
    }

    Rule rule(const Json& value, const std::string& where, std::string_view pack)
    {
        JsonObject in{value, where, error_};
        Rule rule;
        rule.id = in.text("id");
        const std::string prefix = fmt::format("{}/", pack);
        if (!rule.id.starts_with(prefix) || !is_id(std::string_view{rule.id}.substr(prefix.size())))
            in.fail("id", fmt::format("it must be \"{}\" and a name of a-z, 0-9, '-' and '.'", prefix));
        rule.vendor = in.text("vendor");
        rule.products = in.texts("products");
        in.object("match", [&](const Json& field, const std::string& path) { rule.match = match(field, path); });
        for (const std::string& written : in.texts("purposes")) {
            if (const auto purpose = parse_purpose(written))
                rule.purposes.push_back(*purpose);
            else
                in.fail("purposes",
                        fmt::format("\"{}\" is not a purpose; docs/formats/rule-pack.md lists them", written));
        }
        if (rule.purposes.empty())
            in.fail("purposes", "a rule needs at least one purpose; \"unknown\" is one");
        rule.statement = in.text("statement");
        in.each_optional("opt_outs", [&](const Json& element, const std::string& path) {
            rule.opt_outs.push_back(opt_out(element, path));
        });
        in.each("sources",
                [&](const Json& element, const std::string& path) { rule.sources.push_back(source(element, path)); });
        if (rule.sources.empty())
            in.fail("sources", "a rule needs at least one source");
        in.object("examples",
                  [&](const Json& field, const std::string& path) { rule.examples = examples(field, path); });
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

std::expected<Pack, PackError> parse_pack(std::string_view octets, std::string_view file)
{
    const auto fail = [&](FieldError error) { return std::unexpected(PackError{std::string{file}, std::move(error)}); };
    if (octets.size() > max_pack_octets)
        return fail({{}, "it is larger than 4 MB; split it"});
    auto document = parse_json(octets);
    if (!document)
        return fail(std::move(document.error()));
    auto pack = PackReader{}.read(*document);
    if (!pack)
        return fail(std::move(pack.error()));
    pack->file = file;
    pack->digest = sha256_hex(as_octets(octets));
    return *std::move(pack);
}

std::expected<Pack, PackError> read_pack(const std::filesystem::path& file)
{
    const std::string name = file.filename().string();
    const auto octets = read_file(file, max_pack_octets);
    if (!octets)
        return std::unexpected(PackError{name, {{}, fmt::format("it cannot be read: {}", octets.error())}});
    return parse_pack(*octets, name);
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
