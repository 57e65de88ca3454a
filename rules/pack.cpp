#include "rules/pack.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "rules/pack_fields.h"
#include "rules/pattern_fields.h"

namespace waybill::rules {
namespace {

constexpr std::string_view format_name = "waybill-rule-pack/1";

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
        in.each_optional("switches", [&](JsonValue value, const JsonPlace& place) {
            pack.switches.push_back(read_switch(value, place, pack.id, error_));
        });
        in.each("rules",
                [&](JsonValue value, const JsonPlace& place) { pack.rules.push_back(rule(value, place, pack.id)); });
        in.finish();
        if (error_)
            return std::unexpected(*error_);
        return pack;
    }

private:
    static void check_domains(JsonObject& in, const JsonObject::Texts& domains)
    {
        for (const std::string_view domain : domains) {
            const auto host = Hostname::parse(domain);
            if (!host || host->text() != domain)
                in.fail("registrable_domains", fmt::format("\"{}\" is not a domain in lower case", domain));
        }
    }

    Operator read_operator(JsonValue value, const JsonPlace& place)
    {
        JsonObject in{value, place, error_};
        const Operator found{in.text("name"), in.text("source")};
        check_url(in, "source", found.source);
        in.finish();
        return found;
    }

    EndpointPattern match(JsonValue value, const JsonPlace& place)
    {
        JsonObject in{value, place, error_};
        EndpointPattern match = endpoint_pattern(in, error_);
        in.finish();
        if (match.hosts.empty() && match.addresses.empty())
            in.fail("hosts",
                    R"(a rule needs at least one host, domain or address; add "hosts", "domains" or "addresses")");
        return match;
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
        if (!is_id_of(rule.id, pack))
            in.fail("id", fmt::format("it must be \"{}/\" and a name of a-z, 0-9, '-' and '.'", pack));
        rule.vendor = in.text("vendor");
        rule.products = in.texts("products");
        in.object("match", [&](JsonValue field, const JsonPlace& where) { rule.match = match(field, where); });
        rule.purposes = purposes(in, "purposes");
        rule.statement = in.text("statement");
        rule.customers = in.optional_boolean("customers").value_or(false);
        in.each_optional("operators", [&](JsonValue element, const JsonPlace& where) {
            rule.operators.push_back(read_operator(element, where));
        });
        rule.opt_outs = in.optional_texts("opt_outs");
        for (const std::string_view written : rule.opt_outs)
            if (!is_named_id(written))
                in.fail("opt_outs", fmt::format("\"{}\" is not the id of a switch; write pack/name", written));
        rule.sources = sources(in, error_);
        in.object("examples", [&](JsonValue field, const JsonPlace& where) { rule.examples = examples(field, where); });
        in.finish();
        return rule;
    }

    std::optional<FieldError> error_;
};

}  // namespace

std::string_view text(PackOrigin origin)
{
    return origin == PackOrigin::own ? "own" : "shipped";
}

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
        return fail({{}, "it is larger than 64 MB; split it"});
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

std::expected<Pack, PackError> read_pack(const std::filesystem::path& file, const Objection& objection)
{
    const std::string name = file.filename().string();
    auto octets = objection ? read_regular_file(file, max_pack_octets, objection) : read_file(file, max_pack_octets);
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
