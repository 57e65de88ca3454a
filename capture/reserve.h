#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <utility>

#include "base/file_descriptor.h"

namespace waybill {

/// Room on a case's disk that is kept for what must be written when a recording ends, however full the disk is by then.
class Reserve {
public:
    /// In a file that has no name. The error is that there is not so much room.
    static std::expected<Reserve, std::string> take(const std::filesystem::path& folder);

    /// Gives the room free.
    void release();

private:
    explicit Reserve(FileDescriptor file) : file_{std::move(file)} {}
    FileDescriptor file_;
};

}  // namespace waybill
