#include "capture/call_allowance.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <functional>
#include <string>

#include "tests/support/socket_address.h"

using namespace waybill;

namespace {

/// What a call gives in a process that keeps few: 0, or errno.
int errno_of(Allowance allowance, const std::function<bool()>& call)
{
    const pid_t child = ::fork();
    if (child == 0) {
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (keep_calls(allowance))
            ::_exit(255);
        errno = 0;
        ::_exit(call() ? 0 : errno);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool connects()
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(9);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return ::connect(socket, test::as_sockaddr(address), sizeof address) == 0;
}

}  // namespace

TEST_CASE("who reads hostile octets keeps what reading takes, and nothing that makes, changes or starts something")
{
    struct Row {
        const char* what;
        std::function<bool()> call;
        int of_recorder;
        int of_supervisor;
    };
    std::array<const char*, 2> arguments{"true", nullptr};
    const std::vector<Row> rows{
        {"read a file", [] { return ::open("/proc/self/stat", O_RDONLY | O_CLOEXEC) >= 0; }, 0, 0},
        {"list a folder", [] { return ::open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC) >= 0; }, 0, 0},
        {"take memory",
         [] {
             return ::mmap(nullptr, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
         },
         0, 0},
        {"write to a file", [] { return ::open("/dev/null", O_WRONLY | O_CLOEXEC) >= 0; }, EPERM, EPERM},
        {"write to a file, and read", [] { return ::open("/dev/null", O_RDWR | O_CLOEXEC) >= 0; }, EPERM, EPERM},
        {"make a file", [] { return ::open("/tmp/waybill-never", O_RDONLY | O_CREAT | O_CLOEXEC, 0600) >= 0; }, EPERM,
         EPERM},
        {"make a nameless file", [] { return ::open("/tmp", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600) >= 0; }, EPERM,
         EPERM},
        {"make a folder", [] { return ::mkdir("/tmp/waybill-never", 0700) == 0; }, EPERM, EPERM},
        {"remove a file", [] { return ::unlink("/tmp/waybill-never") == 0; }, EPERM, EPERM},
        {"rename a file", [] { return ::rename("/tmp/waybill-never", "/tmp/waybill-ever") == 0; }, EPERM, EPERM},
        {"start a program", [&] { return ::execve("/bin/true", const_cast<char**>(arguments.data()), nullptr) == 0; },
         EPERM, EPERM},
        {"start a process", [] { return ::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr) >= 0; },
         EPERM, EPERM},
        {"make memory a program",
         [] { return ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED; },
         EPERM, EPERM},
        {"trace a process", [] { return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0; }, EPERM, EPERM},
        {"load a program into the kernel", [] { return ::syscall(SYS_bpf, 0, nullptr, 0) == 0; }, EPERM, EPERM},
        {"connect", connects, EPERM, 0},
        {"end a process", [] { return ::kill(::getpid(), 0) == 0; }, EPERM, 0},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string{row.what});
        CHECK(errno_of(Allowance::recorder, row.call) == row.of_recorder);
        CHECK(errno_of(Allowance::supervisor, row.call) == row.of_supervisor);
    }
}
