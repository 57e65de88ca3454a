#pragma once

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

inline constexpr int unsupported = 3;  // the exit status of what this kernel, or this confinement, does not have
inline constexpr int unanswered = 4;   // that of a way to receive, where nobody gave anything

/// Ends the program, and says whether what it wanted is not there at all.
[[noreturn]] inline void stop(const char* what)
{
    const int error = errno;
    const bool is_missing = error == ENOSYS || error == EPROTONOSUPPORT || error == EPERM || error == EAFNOSUPPORT ||
                            error == EACCES || error == EROFS;
    std::fprintf(stderr, "traffic: %s: %s\n", what, std::strerror(error));
    std::exit(is_missing ? unsupported : 1);
}

/// A system call's result, when it is one.
inline long checked(long result, const char* what)
{
    if (result < 0)
        stop(what);
    return result;
}
