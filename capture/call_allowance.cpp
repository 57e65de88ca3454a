#include "capture/call_allowance.h"

#include <fcntl.h>
#include <seccomp.h>
#include <sys/mman.h>

#include <array>
#include <cerrno>
#include <memory>
#include <span>

namespace waybill {
namespace {

struct Release {
    void operator()(void* context) const { seccomp_release(context); }
};

/// Those that no reader does without: its own memory, time, waiting, open descriptors, and looking at files.
constexpr std::array every_reader{
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(readv),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(close),
    SCMP_SYS(lseek),
    SCMP_SYS(ftruncate),  // of what a full disk tore off
    SCMP_SYS(fstat),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64),
    SCMP_SYS(fcntl),
    SCMP_SYS(dup),
    SCMP_SYS(ioctl),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(futex),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(getrandom),
    SCMP_SYS(sched_yield),
    SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg),
    SCMP_SYS(getsockopt),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(tgkill),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(getrusage),
    SCMP_SYS(rseq),
    SCMP_SYS(membarrier),
    SCMP_SYS(pipe2),
    SCMP_SYS(socket),
};

/// The sink's connections, and looking at and ending what the command started.
constexpr std::array of_supervisor{
    SCMP_SYS(accept),           SCMP_SYS(accept4),     SCMP_SYS(connect),     SCMP_SYS(bind),
    SCMP_SYS(getsockname),      SCMP_SYS(getpeername), SCMP_SYS(setsockopt),  SCMP_SYS(shutdown),
    SCMP_SYS(sendto),           SCMP_SYS(sendmsg),     SCMP_SYS(kill),        SCMP_SYS(wait4),
    SCMP_SYS(waitid),           SCMP_SYS(pidfd_open),  SCMP_SYS(pidfd_getfd), SCMP_SYS(timerfd_settime),
    SCMP_SYS(process_vm_readv),
};

/// Sending signals, and waiting for the run.
constexpr std::array of_driver{SCMP_SYS(kill), SCMP_SYS(wait4), SCMP_SYS(waitid)};

constexpr unsigned flags_of_openat = 2;
constexpr unsigned protection_argument = 2;  // of mmap(2) and mprotect(2)
constexpr unsigned address_of_sendto = 4;

int allow(void* context, std::span<const int> calls)
{
    for (const int call : calls)
        if (const int result = seccomp_rule_add_array(context, SCMP_ACT_ALLOW, call, 0, nullptr); result != 0)
            return result;
    return 0;
}

int allow_where(void* context, int call, const scmp_arg_cmp& condition)
{
    return seccomp_rule_add_array(context, SCMP_ACT_ALLOW, call, 1, &condition);
}

int build(void* context, Allowance allowance)
{
    constexpr std::uint64_t writing = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY);
    int result = allow(context, every_reader);
    if (result == 0)
        result = allow_where(context, SCMP_SYS(openat), {flags_of_openat, SCMP_CMP_MASKED_EQ, writing, O_RDONLY});
    for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)})
        if (result == 0)
            result = allow_where(context, call, {protection_argument, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0});
    if (result == 0 && allowance == Allowance::supervisor)
        result = allow(context, of_supervisor);
    else if (result == 0)  // to who is at the other end already
        result = allow_where(context, SCMP_SYS(sendto), {address_of_sendto, SCMP_CMP_EQ, 0, 0});
    if (result == 0 && allowance == Allowance::driver)
        result = allow(context, of_driver);
    return result == 0 ? seccomp_load(context) : result;
}

}  // namespace

std::error_code keep_calls(Allowance allowance)
{
    const std::unique_ptr<void, Release> context{seccomp_init(SCMP_ACT_ERRNO(EPERM))};
    const int result = context ? build(context.get(), allowance) : -ENOMEM;
    return {-result, std::system_category()};
}

}  // namespace waybill
