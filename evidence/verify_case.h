#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "evidence/verify.h"

namespace waybill::evidence {

/// A case on disk that is to be verified, and whom the verifier trusts.
struct VerifyRequest {
    std::filesystem::path case_folder;
    std::vector<std::filesystem::path> keys;  ///< files of public keys
    std::filesystem::path roots;              ///< a file of certificates of time-stamp authorities; empty: none
    std::filesystem::path opened;             ///< of a share: a file of a field that its holder opened; empty: none
};

/// What came of it, for people: the answer in the first line. And how to end: 0 for what is valid, 2 where no given key
/// signed it, 3 for what is broken.
struct VerifyAnswer {
    std::string text;
    int status = 0;
    bool is_whole_case = false;  ///< sealed, and nothing contradicts: its results can be computed again
};

/// Why there is no verification.
struct VerifyError {
    enum class Kind : std::uint8_t {
        no_key,      ///< a key's or the roots' file cannot be read, or is none
        unreadable,  ///< the case cannot be opened
    };
    Kind kind{};
    std::string message;  ///< what, where and what to do
};

std::expected<PublicKey, VerifyError> read_public_key(const std::filesystem::path& file);

/// Verifies a case, or a share of one.
std::expected<VerifyAnswer, VerifyError> verify_case(const VerifyRequest& request);

std::string verification_text(const Verification& verification);

}  // namespace waybill::evidence
