#pragma once

#include "base/file_descriptor.h"

namespace waybill::contained {

/// Remembers that this process group has the terminal and takes it back at the end: a command with job control of its
/// own cannot name our group, which is of another pid namespace, and leaves the terminal to nobody.
class Foreground {
public:
    Foreground();
    Foreground(const Foreground&) = delete;
    Foreground(Foreground&&) = delete;
    Foreground& operator=(const Foreground&) = delete;
    Foreground& operator=(Foreground&&) = delete;
    ~Foreground();

private:
    FileDescriptor terminal_;  // nothing when it is another group's, or when there is none
};

}  // namespace waybill::contained
