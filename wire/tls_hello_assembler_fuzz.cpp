#include <algorithm>
#include <cstdlib>
#include <vector>

#include "wire/tls_hello_assembler.h"

namespace {

struct Outcome {
    std::vector<std::byte> bodies;
    waybill::HelloState state{};
    std::optional<waybill::ParseError> error;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome assemble(waybill::Bytes stream, std::size_t step)
{
    waybill::tls::HelloAssembler assembler;
    Outcome outcome;
    while (!stream.empty()) {
        waybill::Bytes run = stream.first(std::min(step, stream.size()));
        stream = stream.subspan(run.size());
        while (const auto message = assembler.next(run))
            outcome.bodies.insert(outcome.bodies.end(), message->body.begin(), message->body.end());
    }
    outcome.state = assembler.state();
    outcome.error = assembler.error();
    return outcome;
}

}  // namespace

/// However the stream is cut, the hellos, the state and the error are the same, and no octet is invented.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto stream = std::as_bytes(std::span{data, size});
    const Outcome whole = assemble(stream, size);
    const std::size_t step = size == 0 ? 1 : 1 + (std::to_integer<unsigned>(stream.back()) % 16U);
    if (assemble(stream, step) != whole || whole.bodies.size() > size)
        std::abort();
    return 0;
}
