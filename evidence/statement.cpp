#include "evidence/statement.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "base/json_object.h"
#include "base/text.h"

namespace waybill::evidence {
namespace {

constexpr std::string_view statement_type = "https://in-toto.io/Statement/v1";

using Json = nlohmann::ordered_json;

ManifestLine subject_of(JsonValue value, const JsonPlace& place, std::optional<FieldError>& error)
{
    JsonObject in{value, place, error};
    ManifestLine subject;
    subject.path = in.text("name");
    in.object("digest", [&](JsonValue digest, const JsonPlace& digest_place) {
        JsonObject digests{digest, digest_place, error};
        subject.sha256 = digests.text("sha256");
        digests.finish();
    });
    in.finish();
    return subject;
}

}  // namespace

std::string statement_text(const Statement& statement, const nlohmann::ordered_json& predicate)
{
    Json subjects = Json::array();
    for (const ManifestLine& subject : statement.subjects)
        subjects.push_back({{"name", subject.path}, {"digest", {{"sha256", subject.sha256}}}});
    const Json json{{"_type", statement_type},
                    {"subject", std::move(subjects)},
                    {"predicateType", statement.predicate_type},
                    {"predicate", predicate}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::expected<Statement, FieldError> parse_statement(std::string_view text)
{
    const auto document = JsonDocument::parse(text, JsonDocument::Hidden::kept);
    if (!document)
        return std::unexpected(document.error());
    const JsonPlace root;
    std::optional<FieldError> error;
    JsonObject in{{&*document, 0}, root, error};
    Statement statement;
    if (in.text("_type") != statement_type)
        in.fail("_type", fmt::format("it is not {}", statement_type));
    statement.predicate_type = in.text("predicateType");
    std::set<std::string> paths;
    in.each("subject", [&](JsonValue value, const JsonPlace& place) {
        ManifestLine subject = subject_of(value, place, error);
        if (!in.failed() && !paths.insert(subject.path).second)
            in.fail("subject", fmt::format("\"{}\" stands twice", printable(subject.path)));
        statement.subjects.push_back(std::move(subject));
    });
    in.object("predicate", [](JsonValue /*value*/, const JsonPlace& /*place*/) {});
    in.finish();
    if (error)
        return std::unexpected(*std::move(error));
    return statement;
}

}  // namespace waybill::evidence
