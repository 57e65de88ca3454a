#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "base/cursor.h"
#include "evidence/redaction.h"
#include "tests/evidence/memory_folder.h"

using namespace waybill;
using namespace waybill::evidence;

// A share of whatever documents read holds no text that was replaced and is tied to their seal; a share of any octets
// is never valid to who has no key.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{as_text(std::as_bytes(std::span{data, size}))};
    const std::vector<std::byte> secret(salt_octets, std::byte{7});
    const SharedDocument& document = shared_documents[0];
    const std::array<std::string, 2> texts{text, "{}"};
    const auto statement = fields_statement(texts, secret);
    const auto redacted = redact(document, text, secret, [](std::string_view) { return std::string{"r"}; });
    if (statement.has_value() != redacted.has_value())
        std::abort();
    test::MemoryFolder folder;
    folder.files = {
        {"data/events.ndjson", redacted ? redacted->text : text},
        {"events.fields", redacted ? redacted->fields : text},
        {"data/report.json", "{}"},
        {"report.fields",
         redact(shared_documents[1], "{}", secret, [](std::string_view each) { return std::string{each}; })->fields},
        {std::string{fields_seal_file}, statement ? envelope_text(fields_envelope(*statement)) : text}};
    const ShareVerification verification = verify_share(folder, {});
    if (verification.outcome() == Verification::Outcome::valid)
        std::abort();
    if (statement)  // without a signature, and nothing else is wrong
        if (verification.faults.size() != 1 || verification.faults.front().what != "has no signature")
            std::abort();
    static_cast<void>(check_opened(folder, text));  // total
    return 0;
}
