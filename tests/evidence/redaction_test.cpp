#include "evidence/redaction.h"

#include <doctest/doctest.h>

#include <array>
#include <span>
#include <string>

#include "evidence/seal.h"
#include "tests/evidence/memory_folder.h"

using namespace waybill;
using namespace waybill::evidence;
using test::MemoryFolder;

namespace {

const std::string secret_text(64, 'a');
const std::vector<std::byte> secret = parse_secret(secret_text + "\n").value();
const std::array<std::string, 2> documents{
    "{\"type\":\"header\",\"n\":1}\n{\"host\":\"secret.example\",\"list\":[\"x\",null,{}]}\n",
    "{\n  \"endpoint\": {\"host\": \"secret.example\", \"port\": 443},\n  \"files\": []\n}\n"};

std::string without_secret(std::string_view text)
{
    return text == "secret.example" ? "h-1.redacted" : std::string{text};
}

const SigningKey& key()
{
    static const SigningKey generated = SigningKey::generate();
    return generated;
}

/// A share in which one name was replaced.
MemoryFolder::Files share()
{
    MemoryFolder::Files files;
    for (std::size_t i = 0; i < documents.size(); ++i) {
        const auto redacted = redact(shared_documents.at(i), documents.at(i), secret, without_secret);
        REQUIRE(redacted.has_value());
        files.emplace(shared_documents.at(i).path, redacted->text);
        files.emplace(shared_documents.at(i).fields, redacted->fields);
    }
    const auto statement = fields_statement(documents, secret);
    REQUIRE(statement.has_value());
    Envelope envelope = fields_envelope(*statement);
    sign(envelope, key());
    files.emplace(fields_seal_file, envelope_text(envelope));
    return files;
}

std::string faults(const MemoryFolder::Files& files)
{
    const std::vector<PublicKey> keys{key().public_key()};
    MemoryFolder folder{files};
    std::string text;
    for (const Fault& fault : verify_share(folder, {keys, std::nullopt}).faults)
        text += fault.item + ": " + fault.what + "\n";
    return text;
}

void replace(std::string& text, std::string_view from, std::string_view to)
{
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a share has the texts replaced, says of each other field what it was, and is tied to the seal")
{
    auto files = share();
    CHECK(files["data/events.ndjson"] ==
          "{\"type\":\"header\",\"n\":1}\n{\"host\":\"h-1.redacted\",\"list\":[\"x\",null,{}]}\n");
    CHECK(files["data/report.json"] == "{\"endpoint\":{\"host\":\"h-1.redacted\",\"port\":443},\"files\":[]}\n");
    for (const auto& [path, text] : files)
        CHECK_FALSE(text.contains("secret.example"));
    const std::vector<PublicKey> keys{key().public_key()};
    MemoryFolder folder{files};
    const ShareVerification verification = verify_share(folder, {keys, std::nullopt});
    CHECK(verification.outcome() == Verification::Outcome::valid);
    CHECK(verification.replaced == 2);
    CHECK(verification.kept == 7);
    CHECK(verify_share(folder, {}).outcome() == Verification::Outcome::unknown_key);
}

TEST_CASE("a share in which anything else was changed is not tied to the seal")
{
    struct Row {
        const char* path;
        const char* from;
        const char* to;
        const char* fault;
    };
    const Row rows[] = {
        {"data/report.json", "443", "444", "data/report.json: is not what was sealed"},
        {"data/events.ndjson", "\"x\"", "\"y\"", "data/events.ndjson: is not what was sealed"},
        {"data/events.ndjson", "null", "true", "data/events.ndjson: is not what was sealed"},
        {"data/events.ndjson", "\"n\"", "\"m\"", "data/events.ndjson: is not what was sealed"},
        {"data/events.ndjson", "{}", "[]", "data/events.ndjson: is not what was sealed"},
        {"data/events.ndjson", ",null", "", "events.fields: has not a line for each field"},
        {"events.fields", "s", "d", "data/events.ndjson: is not what was sealed"},
        {"report.fields", "d", "x", "report.fields: has not a line for each field"},
        {"fields.dsse.json", "\"sig\":\"", "\"sig\":\"A", "fields.dsse.json: is no envelope"},
    };
    CHECK(faults(share()).empty());
    for (const Row& row : rows) {
        CAPTURE(std::string{row.from});
        auto files = share();
        replace(files[row.path], row.from, row.to);
        CHECK(faults(files).starts_with(row.fault));
    }
    auto files = share();
    files["data/packets-0001.pcapng"] = "x";
    CHECK(faults(files) == "data/packets-0001.pcapng: is not of a share\n");
    files = share();
    files.erase("report.fields");
    CHECK(faults(files).starts_with("report.fields: "));
}

TEST_CASE("who has the secret opens one field, which shows what stood there and nothing of the others")
{
    MemoryFolder folder{share()};
    const auto opened = opened_field(shared_documents[0], documents[0], secret, "2/host");
    REQUIRE(opened.has_value());
    CHECK(opened->contains("secret.example"));
    CHECK_FALSE(opened->contains(secret_text));
    CHECK(check_opened(folder, *opened).has_value());
    std::string lie = *opened;
    replace(lie, "secret.example", "other.example");
    CHECK(check_opened(folder, lie).error() == "what was sealed at 2/host is something else");
    std::string elsewhere = *opened;
    replace(elsewhere, "2/host", "9/host");
    CHECK(check_opened(folder, elsewhere).error() == "the share has no field at 9/host");
    CHECK(check_opened(folder, "{}").error() == "it is no opened field of a share");
    CHECK_FALSE(opened_field(shared_documents[0], documents[0], secret, "2/nothing").has_value());
}

TEST_CASE("the same text at two places, or in two cases, cannot be told to be the same by its digests")
{
    const auto lines = redact(shared_documents[0], "{\"a\":\"x\"}\n{\"a\":\"x\"}\n", secret, [](std::string_view) {
                           return std::string{"y"};
                       }).value();
    CHECK(lines.fields.substr(1, 64) != lines.fields.substr(67, 64));
    const auto other = redact(shared_documents[0], "{\"a\":\"x\"}\n", parse_secret(std::string(64, 'b') + "\n").value(),
                              [](std::string_view) { return std::string{"y"}; })
                           .value();
    CHECK(other.fields.substr(1, 64) != lines.fields.substr(1, 64));
}

TEST_CASE("a secret is 64 digits in a line, and a new one is another each time")
{
    CHECK(parse_secret(new_secret()).has_value());
    CHECK(new_secret() != new_secret());
    CHECK_FALSE(parse_secret(secret_text).has_value());
    CHECK_FALSE(parse_secret("x" + secret_text.substr(1) + "\n").has_value());
}
