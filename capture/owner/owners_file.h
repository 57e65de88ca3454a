#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "model/owners.h"

/// Lines of owners.ndjson (docs/formats/owners.md), each with its line feed.
namespace waybill::owners_file {

constexpr int format_version = 1;

/// The first line. `source` is who told: "kernel" or "seccomp".
/// `network_namespace` is the one that the packets are of; 0: of any.
std::string header(std::string_view source, Timestamp boot, std::uint32_t network_namespace = 0);
std::string line(const Process& process);
std::string line(const SocketRecord& socket);
std::string line(const SocketUse& use);
std::string line(const LocalSocketRecord& called);
std::string line(const PackageTree& tree);  ///< as it was at the start; with an end what it was then
std::string ended(std::uint64_t process, Timestamp at, std::optional<int> status);
std::string left(std::uint64_t process, Timestamp at);
/// The digest of a process's executable, which may be known only later.
std::string digest(std::uint64_t process, std::string_view sha256);

/// Why such a file cannot be read.
struct Error {
    std::size_t line = 0;  ///< from 1
    std::string message;

    friend bool operator==(const Error&, const Error&) = default;
};

/// What a file says. A last line without its line feed was being written when the recording broke off, and is left out.
/// Every id that is named is one of a process in it.
std::expected<Owners, Error> read(std::string_view octets);

}  // namespace waybill::owners_file
