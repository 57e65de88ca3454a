#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/cursor.h"
#include "evidence/envelope.h"
#include "evidence/statement.h"

using namespace waybill::evidence;

// What reads as an envelope reads the same from the one form in which it is written, and that form is written again
// octet for octet. A statement's subjects are each of one path.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = waybill::as_text(std::as_bytes(std::span{data, size}));
    if (const auto envelope = parse_envelope(text)) {
        const std::string written = envelope_text(*envelope);
        const auto again = parse_envelope(written);
        if (!again || *again != *envelope || envelope_text(*again) != written ||
            envelope->signatures.size() > most_signatures)
            std::abort();
    }
    if (const auto statement = parse_statement(text))
        for (std::size_t i = 1; i < statement->subjects.size(); ++i)
            if (statement->subjects[i].path == statement->subjects[i - 1].path)
                std::abort();
    return 0;
}
