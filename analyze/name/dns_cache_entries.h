#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "analyze/name/hash_index.h"
#include "model/address.h"
#include "model/shared_text.h"
#include "model/time.h"

namespace waybill {

/// What one answer said.
struct NamingAnswer {
    SharedText name;  ///< empty: none
    Timestamp at;
    std::uint32_t ttl = 0;  ///< seconds
};
constexpr std::size_t max_names_of_address = 8;  ///< of one address for one client; the oldest answer goes first
using OlderAnswers = std::array<NamingAnswer, max_names_of_address - 1>;  ///< newest first

/// Addresses as whole words, which compare and hash faster than octets.
struct DnsPairKey {
    IpAddress::Words client{};
    IpAddress::Words address{};
    std::uint16_t families = 0;
};
/// What is known of an address for a client. One cache line exactly, for most are cold when they are asked for; the
/// newest answer stands in the entry itself, for most addresses have one name.
struct alignas(64) DnsPair {
    using Key = DnsPairKey;

    SharedText name;
    Timestamp at;
    IpAddress::Words client{};
    IpAddress::Words address{};
    std::unique_ptr<OlderAnswers> older;
    std::uint32_t ttl = 0;
    std::uint16_t families = 0;
    bool used = false;

    explicit DnsPair(const DnsPairKey& key) : client{key.client}, address{key.address}, families{key.families} {}
    DnsPairKey key() const { return {client, address, families}; }
    bool is_of(const DnsPairKey& wanted) const
    {
        return address[0] == wanted.address[0] && address[1] == wanted.address[1] && client[0] == wanted.client[0] &&
               client[1] == wanted.client[1] && families == wanted.families;
    }
    NamingAnswer newest() const { return {name, at, ttl}; }
    void set_newest(NamingAnswer answer)
    {
        name = std::move(answer.name);
        at = answer.at;
        ttl = answer.ttl;
    }
};
static_assert(sizeof(DnsPair) == 64);

/// A client, and a name that a configuration was delivered for.
struct EchKey {
    IpAddress client;
    SharedText name;
    friend bool operator==(const EchKey&, const EchKey&) = default;
};
/// An ECH configuration that was delivered.
struct EchDelivery {
    using Key = EchKey;

    EchKey delivered;
    std::optional<Timestamp> first;
    bool used = false;

    explicit EchDelivery(EchKey key) : delivered{std::move(key)} {}
    const EchKey& key() const { return delivered; }
    bool is_of(const EchKey& wanted) const { return delivered == wanted; }
};
/// Hashes both kinds of keys.
struct DnsKeyHash {
    KeyedHash hash;

    std::uint32_t operator()(const DnsPairKey& key) const;
    std::uint32_t operator()(const EchKey& key) const;
};

}  // namespace waybill
