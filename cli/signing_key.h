#pragma once

#include <expected>
#include <filesystem>

#include "cli/failure.h"
#include "evidence/key.h"

namespace waybill {

/// FILE.pub, where the public key of FILE stands.
std::filesystem::path public_file(std::filesystem::path file);

/// Makes FILE, for its owner alone, and FILE.pub. Neither may be there.
std::expected<evidence::SigningKey, Failure> make_signing_key(const std::filesystem::path& file);

/// Reads a private key, which nobody but its owner may read.
std::expected<evidence::SigningKey, Failure> read_signing_key(const std::filesystem::path& file);

}  // namespace waybill
