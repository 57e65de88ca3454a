#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "base/cursor.h"
#include "rules/policy/learn.h"

// A policy that loads is written as one that loads, and means the same: it is written alike again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill::rules;
    const auto policy = parse_policy(std::string{waybill::as_text(std::as_bytes(std::span{data, size}))}, "fuzz.json");
    if (!policy)
        return 0;
    const std::string written = policy_to_json(*policy, {});
    const auto again = parse_policy(written, "again.json");
    if (!again || policy_to_json(*again, {}) != written)
        std::abort();
    return 0;
}
