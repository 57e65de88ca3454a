#pragma once

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

inline constexpr int unsupported = 3;  // the exit status of what this kernel, or this confinement, does not have

/// Ends the program, and says whether what it wanted is not there at all.
[[noreturn]] inline void stop(const char* what)
{
    const int error = errno;
    std::fprintf(stderr, "traffic: %s: %s\n", what, std::strerror(error));
    std::exit(error == ENOSYS || error == EPROTONOSUPPORT || error == EPERM || error == EAFNOSUPPORT ? unsupported : 1);
}

/// A system call's result, when it is one.
inline long checked(long result, const char* what)
{
    if (result < 0)
        stop(what);
    return result;
}
