#include <cstdlib>
#include <span>

#include "wire/starttls.h"

// The first octet chooses the dialect.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    if (size == 0)
        return 0;
    const Bytes octets = std::as_bytes(std::span{data, size}).subspan(1);
    const auto dialect = static_cast<starttls::Dialect>(std::to_integer<int>(std::as_bytes(std::span{data, 1})[0]) % 8);
    const auto unit = starttls::measure_unit(dialect, octets);
    if (unit && (*unit == 0 || *unit > octets.size()))
        std::abort();
    const auto whole = starttls::recognise_client(octets);
    const auto prefix = starttls::recognise_client(octets.first(octets.size() / 2));
    if (prefix.likeness == starttls::Likeness::no && whole.likeness == starttls::Likeness::undecided)
        std::abort();  // more octets cannot take a refusal back to a doubt
    if (unit && starttls::asks_for_tls(dialect, octets.first(*unit)) &&
        starttls::answer_of(dialect, octets.first(*unit)) == starttls::Answer::accepted)
        std::abort();  // a question is no consent
    return 0;
}
