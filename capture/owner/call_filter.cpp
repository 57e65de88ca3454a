#include "capture/owner/call_filter.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>

#include "base/last_error.h"

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)  // Linux 5.19
#endif

namespace waybill {
namespace {

struct Release {
    void operator()(void* context) const { seccomp_release(context); }
};
using Context = std::unique_ptr<void, Release>;

constexpr unsigned address_argument = 4;  // of sendto(2)
constexpr std::size_t most_instructions = 4096;

std::error_code error_of(int result)
{
    return {-result, std::system_category()};
}

int add_rules(void* context)
{
    constexpr std::uint32_t no_call = SCMP_ACT_ERRNO(ENOSYS);
    int result = seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, no_call);
    for (const int call : {SCMP_SYS(connect), SCMP_SYS(listen), SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg), SCMP_SYS(execve),
                           SCMP_SYS(execveat)})
        if (result == 0)
            result = seccomp_rule_add_array(context, SCMP_ACT_NOTIFY, call, 0, nullptr);
    const scmp_arg_cmp has_address{address_argument, SCMP_CMP_NE, 0, 0};
    if (result == 0)
        result = seccomp_rule_add_array(context, SCMP_ACT_NOTIFY, SCMP_SYS(sendto), 1, &has_address);
    if (result == 0)
        result = seccomp_rule_add_array(context, no_call, SCMP_SYS(io_uring_setup), 0, nullptr);
    return result;
}

/// The filter's instructions. The library of 2022 loads none that waits for the answer whatever signals come.
std::expected<std::size_t, std::error_code> compile(std::array<sock_filter, most_instructions>& program)
{
    const Context context{seccomp_init(SCMP_ACT_ALLOW)};
    if (const int result = context ? add_rules(context.get()) : -ENOMEM; result != 0)
        return std::unexpected(error_of(result));
    const FileDescriptor memory{::memfd_create("filter", MFD_CLOEXEC)};
    if (!memory)
        return std::unexpected(last_error());
    if (const int result = seccomp_export_bpf(context.get(), memory.get()); result != 0)
        return std::unexpected(error_of(result));
    const ssize_t octets = ::pread(memory.get(), program.data(), sizeof program, 0);
    if (octets < 0)
        return std::unexpected(last_error());
    return static_cast<std::size_t>(octets) / sizeof(sock_filter);
}

}  // namespace

std::expected<FileDescriptor, std::error_code> ask_before_calls()
{
    std::array<sock_filter, most_instructions> instructions{};
    const auto count = compile(instructions);
    if (!count)
        return std::unexpected(count.error());
    const sock_fprog program{static_cast<unsigned short>(*count), instructions.data()};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return std::unexpected(last_error());
    long descriptor = -1;
    // A signal would have the call end with EINTR where it never does, or be asked about again and again. An older
    // kernel knows no better.
    for (const unsigned long flags :
         {SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, SECCOMP_FILTER_FLAG_NEW_LISTENER})
        if (descriptor < 0)
            descriptor = ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
    if (descriptor < 0)
        return std::unexpected(last_error());
    return FileDescriptor{static_cast<int>(descriptor)};
}

}  // namespace waybill
