#include "evidence/redaction.h"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "base/ascii.h"
#include "base/hex.h"
#include "base/json_object.h"
#include "base/text.h"
#include "evidence/merkle.h"

namespace waybill::evidence {
namespace {

using Json = nlohmann::ordered_json;
using Kind = JsonDocument::Kind;

constexpr char kept_mark = 's';      // of a line of fields: a salt follows
constexpr char replaced_mark = 'd';  // a digest follows
constexpr std::size_t line_octets = 1 + 2 * salt_octets + 1;
constexpr std::size_t most_document_octets = std::size_t{1} << 31U;
constexpr std::size_t most_envelope_octets = std::size_t{1} << 20U;
constexpr std::string_view subject_suffix = "#fields";

std::string json_string(std::string_view text)
{
    return json_without_hidden(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace));
}

/// Writes a document anew with its texts replaced, without spaces.
std::string rewritten(const JsonDocument& document, const Replace& replace)
{
    struct Open {
        std::uint32_t end;
        Kind kind;
        bool is_empty = true;
    };
    const auto& values = document.values();
    std::vector<Open> open;
    std::string out;
    const auto close = [&](std::uint32_t number) {
        while (!open.empty() && open.back().end == number) {
            out += open.back().kind == Kind::object ? '}' : ']';
            open.pop_back();
        }
    };
    for (std::uint32_t number = 0; number < values.size(); ++number) {
        close(number);
        if (!open.empty()) {
            out += std::exchange(open.back().is_empty, false) ? "" : ",";
            if (open.back().kind == Kind::object)
                out += json_string(values[number++].text) + ":";
        }
        const JsonDocument::Value& value = values[number];
        switch (value.kind) {
            case Kind::object:
            case Kind::array:
                out += value.kind == Kind::object ? '{' : '[';
                open.push_back({value.next, value.kind});
                break;
            case Kind::text:
                out += json_string(replace(value.text));
                break;
            case Kind::null:
                out += "null";
                break;
            case Kind::boolean:
            case Kind::number:
                out += value.text;
                break;
        }
    }
    close(static_cast<std::uint32_t>(values.size()));
    return out;
}

std::string replaced_text(const Field& field, const Replace& replace)
{
    return field.kind == Kind::text ? replace(field.text) : std::string{field.text};
}

std::optional<Sha256> digest_from(std::string_view digits)
{
    const auto octets = from_hex(digits);
    Sha256 digest{};
    if (!octets || octets->size() != digest.size() || digits.size() != 2 * digest.size())
        return std::nullopt;
    std::ranges::copy(*octets, digest.begin());
    return digest;
}

/// The lines of a share's fields, one taken after another.
class FieldLines {
public:
    explicit FieldLines(std::string_view text) : rest_{text} {}

    struct Line {
        bool is_kept = false;
        Sha256 digest{};  // or the salt
    };

    /// Nothing at the end, and for a line that is none.
    std::optional<Line> next()
    {
        const std::string_view line = rest_.substr(0, line_octets);
        if (line.size() != line_octets || line.back() != '\n' ||
            (line.front() != kept_mark && line.front() != replaced_mark))
            return std::nullopt;
        const auto digest = digest_from(line.substr(1, 2 * salt_octets));
        if (!digest)
            return std::nullopt;
        rest_.remove_prefix(line_octets);
        return Line{line.front() == kept_mark, *digest};
    }

    bool at_end() const { return rest_.empty(); }

private:
    std::string_view rest_;
};

std::string subject_of(const SharedDocument& document)
{
    return fmt::format("{}{}", document.path, subject_suffix);
}

class VerifyingShare {
public:
    VerifyingShare(Folder& folder, const Trust& trust) : folder_{folder}, trust_{trust} {}

    ShareVerification run()
    {
        check_entries();
        const auto text = folder_.read(fields_seal_file, most_envelope_octets);
        if (!text) {
            object(std::string{fields_seal_file}, text.error());
            return std::move(result_);
        }
        const auto envelope = parse_envelope(*text);
        if (!envelope || envelope_text(*envelope) != *text) {
            object(std::string{fields_seal_file}, "is no envelope as Waybill writes it");
            return std::move(result_);
        }
        Verification signatures;
        check_signatures(*envelope, fields_seal_file, trust_, signatures);
        std::ranges::move(signatures.faults, std::back_inserter(result_.faults));
        result_.signatures = std::move(signatures.signatures);
        const auto statement = parse_statement(envelope->payload);
        if (!statement || statement->predicate_type != fields_predicate) {
            object(std::string{fields_seal_file}, "holds no statement of fields");
            return std::move(result_);
        }
        for (const SharedDocument& document : shared_documents)
            check_document(document, *statement);
        return std::move(result_);
    }

private:
    void object(std::string item, std::string what) { result_.faults.push_back({std::move(item), std::move(what)}); }

    void check_entries()
    {
        const auto entries = folder_.list();
        if (!entries)
            return object("the share", entries.error());
        for (const FolderEntry& entry : *entries) {
            const bool is_known =
                entry.path == fields_seal_file || std::ranges::any_of(shared_documents, [&](const auto& each) {
                    return entry.path == each.path || entry.path == each.fields;
                });
            const bool is_folder = entry.kind == FolderEntry::Kind::folder && entry.path == "data";
            if (!is_folder && (!is_known || entry.kind != FolderEntry::Kind::file))
                object(printable(entry.path), "is not of a share");
        }
    }

    void check_document(const SharedDocument& document, const Statement& statement)
    {
        const auto text = folder_.read(document.path, most_document_octets);
        const auto lines = folder_.read(document.fields, most_document_octets);
        if (!text || !lines)
            return object(std::string{text ? document.fields : document.path}, text ? lines.error() : text.error());
        const auto subject = std::ranges::find(statement.subjects, subject_of(document), &ManifestLine::path);
        if (subject == statement.subjects.end())
            return object(std::string{document.path}, "was not sealed for shares");
        MerkleRoot root;
        FieldLines fields{*lines};
        bool is_short = false;
        const auto done = each_field(*text, document.lines, [&](const Field& field) {
            const auto line = fields.next();
            is_short |= !line;
            if (!line)
                return;
            root.add(line->is_kept ? field_digest(line->digest, field) : line->digest);
            ++(line->is_kept ? result_.kept : result_.replaced);
        });
        if (!done)
            return object(fmt::format("{} {}", document.path, done.error().where), done.error().what);
        if (is_short || !fields.at_end())
            return object(std::string{document.fields}, "has not a line for each field");
        if (to_hex(root.root()) != subject->sha256)
            object(std::string{document.path},
                   "is not what was sealed: a field that is not marked as replaced was changed");
    }

    Folder& folder_;
    const Trust& trust_;
    ShareVerification result_;
};

}  // namespace

std::string new_secret()
{
    std::array<unsigned char, salt_octets> octets{};
    if (RAND_bytes(octets.data(), static_cast<int>(octets.size())) != 1)
        throw std::runtime_error("libcrypto gives no random octets");
    return to_hex(std::as_bytes(std::span{octets})) + "\n";
}

std::optional<std::vector<std::byte>> parse_secret(std::string_view text)
{
    if (text.size() != 2 * salt_octets + 1 || !text.ends_with('\n'))
        return std::nullopt;
    text.remove_suffix(1);
    if (!std::ranges::all_of(text, [](char digit) { return is_digit(digit) || (digit >= 'a' && digit <= 'f'); }))
        return std::nullopt;
    return from_hex(text);
}

std::expected<Statement, FieldError> fields_statement(std::span<const std::string> texts, Bytes secret)
{
    Statement statement{std::string{fields_predicate}, {}};
    for (std::size_t i = 0; i < shared_documents.size(); ++i) {
        const SharedDocument& document = shared_documents.at(i);
        MerkleRoot root;
        const auto done = each_field(texts[i], document.lines, [&](const Field& field) {
            root.add(field_digest(salt_of(secret, document.path, field.place), field));
        });
        if (!done)
            return std::unexpected(
                FieldError{fmt::format("{} {}", document.path, done.error().where), done.error().what});
        statement.subjects.push_back({subject_of(document), to_hex(root.root())});
    }
    return statement;
}

Envelope fields_envelope(const Statement& statement)
{
    return {std::string{in_toto_payload}, statement_text(statement, Json::object()), {}};
}

std::expected<Redacted, FieldError> redact(const SharedDocument& document, std::string_view text, Bytes secret,
                                           const Replace& replace)
{
    Redacted redacted;
    auto done = each_field(text, document.lines, [&](const Field& field) {
        const Salt salt = salt_of(secret, document.path, field.place);
        const bool is_kept = replaced_text(field, replace) == field.text;
        redacted.fields += is_kept ? kept_mark : replaced_mark;
        redacted.fields += to_hex(is_kept ? salt : field_digest(salt, field)) + "\n";
        ++(is_kept ? redacted.kept : redacted.replaced);
    });
    if (!done)
        return std::unexpected(std::move(done.error()));
    std::string_view rest = text;
    while (!rest.empty()) {  // each turn takes a line, or all
        const std::size_t end = document.lines == Lines::all ? std::string_view::npos : rest.find('\n');
        const auto parsed = JsonDocument::parse(rest.substr(0, end), JsonDocument::Hidden::kept);
        if (!parsed)
            return std::unexpected(parsed.error());
        redacted.text += rewritten(*parsed, replace) + "\n";
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return redacted;
}

Verification::Outcome ShareVerification::outcome() const
{
    using enum Verification::Outcome;
    if (!faults.empty())
        return broken;
    return std::ranges::any_of(signatures, &CheckedSignature::verified) ? valid : unknown_key;
}

ShareVerification verify_share(Folder& folder, const Trust& trust)
{
    return VerifyingShare{folder, trust}.run();
}

std::optional<std::string> opened_field(const SharedDocument& document, std::string_view text, Bytes secret,
                                        std::string_view place)
{
    std::optional<std::string> opened;
    const auto done = each_field(text, document.lines, [&](const Field& field) {
        if (field.place != place || opened)
            return;
        const Json json{{"document", document.path},
                        {"place", place},
                        {"salt", to_hex(salt_of(secret, document.path, place))},
                        {"kind", static_cast<int>(field.kind)},
                        {"value", field.text}};
        opened = json_without_hidden(json.dump(-1, ' ', false, Json::error_handler_t::replace)) + "\n";
    });
    return done ? opened : std::nullopt;
}

std::expected<void, std::string> check_opened(Folder& share, std::string_view opened)
{
    const auto parsed = JsonDocument::parse(opened, JsonDocument::Hidden::kept);
    if (!parsed)
        return std::unexpected(parsed.error().what);
    const JsonPlace root;
    std::optional<FieldError> error;
    JsonObject in{{&*parsed, 0}, root, error};
    const std::string_view path = in.text("document");
    const std::string_view place = in.text("place");
    const auto salt = digest_from(in.text("salt"));
    const auto kind = in.optional_count("kind");
    const auto value = in.optional_value("value");
    in.finish();
    const auto document = std::ranges::find(shared_documents, path, &SharedDocument::path);
    if (error || !salt || !kind || *kind > static_cast<std::uint64_t>(Kind::object) || !value ||
        document == shared_documents.end())
        return std::unexpected("it is no opened field of a share");
    const auto text = share.read(document->path, most_document_octets);
    const auto lines = share.read(document->fields, most_document_octets);
    if (!text || !lines)
        return std::unexpected(text ? lines.error() : text.error());
    FieldLines fields{*lines};
    std::optional<bool> is_it;
    const auto done = each_field(*text, document->lines, [&](const Field& field) {
        const auto line = fields.next();
        if (!line || field.place != place)
            return;
        const Field claimed{std::string{place}, static_cast<Kind>(*kind), (*value)->text};
        const Sha256 sealed = line->is_kept ? field_digest(line->digest, field) : line->digest;
        is_it = field_digest(*salt, claimed) == sealed;
    });
    if (!done || !is_it)
        return std::unexpected(fmt::format("the share has no field at {}", printable(place)));
    if (!*is_it)
        return std::unexpected(fmt::format("what was sealed at {} is something else", printable(place)));
    return {};
}

}  // namespace waybill::evidence
