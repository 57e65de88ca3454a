#include "evidence/folder.h"

#include <span>
#include <utility>

#include "base/sha256_stream.h"

namespace waybill::evidence {

std::expected<FileDigest, std::string> Folder::digest(std::string_view path, std::uint64_t limit)
{
    Sha256Stream digest;
    std::uint64_t octets = 0;
    auto done = stream(path, limit, [&](std::string_view piece) {
        digest.add(std::as_bytes(std::span{piece}));
        octets += piece.size();
    });
    if (!done)
        return std::unexpected(std::move(done.error()));
    return FileDigest{digest.finish(), octets};
}

}  // namespace waybill::evidence
