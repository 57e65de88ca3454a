#include "capture/network/seccomp_filter.h"

#include <seccomp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

namespace waybill::contained {
namespace {

struct Release {
    void operator()(void* context) const { seccomp_release(context); }
};

constexpr std::array<unsigned, 5> contained_families{AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET};
constexpr unsigned families = AF_MAX;               // the next number is of a newer kernel: refused too
constexpr std::uint64_t int_argument = 0xffffffff;  // the kernel looks at 32 bits of a family

constexpr std::uint32_t no_family = SCMP_ACT_ERRNO(EAFNOSUPPORT);
constexpr std::uint32_t no_call = SCMP_ACT_ERRNO(ENOSYS);

/// Refuses each family that is not contained, in one call; a negative errno on failure.
int refuse_families(void* context, int call)
{
    for (unsigned family = 0; family < families; ++family) {
        if (std::ranges::find(contained_families, family) != contained_families.end())
            continue;
        const scmp_arg_cmp is_family{0, SCMP_CMP_MASKED_EQ, int_argument, family};
        if (const int result = seccomp_rule_add_array(context, no_family, call, 1, &is_family); result != 0)
            return result;
    }
    const scmp_arg_cmp is_newer{0, SCMP_CMP_GE, families, 0};
    return seccomp_rule_add_array(context, no_family, call, 1, &is_newer);
}

int build(void* context)
{
    int result = seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, no_call);
    for (const int call : {SCMP_SYS(socket), SCMP_SYS(socketpair)})
        if (result == 0)
            result = refuse_families(context, call);
    if (result == 0)
        result = seccomp_rule_add_array(context, no_call, SCMP_SYS(io_uring_setup), 0, nullptr);
    if (result == 0)
        result = seccomp_load(context);
    return result;
}

}  // namespace

std::error_code restrict_sockets()
{
    const std::unique_ptr<void, Release> context{seccomp_init(SCMP_ACT_ALLOW)};
    const int result = context ? build(context.get()) : -ENOMEM;
    return {-result, std::system_category()};
}

}  // namespace waybill::contained
