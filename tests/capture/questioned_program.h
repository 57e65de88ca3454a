#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "capture/loop.h"
#include "capture/owner/call_owners.h"
#include "tests/capture/events_of.h"

namespace waybill::test {

/// A program in a network of its own that is asked about before its calls. Asking needs no right, but the network does.
class Questioned {
public:
    Questioned();
    Questioned(const Questioned&) = delete;
    Questioned& operator=(const Questioned&) = delete;
    Questioned(Questioned&&) = delete;
    Questioned& operator=(Questioned&&) = delete;
    ~Questioned();

    /// Whether this host permits it; says why not, so that a skipped test is never a silent one.
    bool permitted() const;

    /// Runs `program` in a process there, answers for its calls until it and what it started have ended, and gives its
    /// exit status.
    int run(const std::function<int()>& program);

    const std::vector<OwnerEvent>& events() const { return events_; }
    const CallLosses& losses() const { return losses_; }

    template <typename What>
    auto all() const
    {
        return events_of<What>(events_);
    }

private:
    FileDescriptor network_;  // of this process, while it is in the program's
    std::string refusal_;
    std::vector<OwnerEvent> events_;
    CallLosses losses_;
};

}  // namespace waybill::test
