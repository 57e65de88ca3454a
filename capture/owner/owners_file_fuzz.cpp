#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "capture/owner/owners_file.h"

namespace file = waybill::owners_file;

/// What is read is written so that it reads back the same, with every process known that is named.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto read = file::read(waybill::as_text(std::as_bytes(std::span{data, size})));
    if (!read)
        return 0;
    std::string written = file::header("kernel", {}, read->network_namespace);
    for (const auto& process : read->processes)
        written += file::line(process);
    for (const auto& socket : read->sockets) {
        if (std::max({socket.creator, socket.connector, socket.user}) > read->processes.size())
            std::abort();
        written += file::line(socket);
    }
    for (const auto& use : read->uses)
        written += file::line(use);
    for (const auto& called : read->local_sockets) {
        if (called.process > read->processes.size())
            std::abort();
        written += file::line(called);
    }
    if (file::read(written) != read)
        std::abort();
    return 0;
}
