#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "logs/log_record.h"

namespace waybill::logs {

/// What a column, or a member of a JSON object, holds.
enum class Role : std::uint8_t { host, address, port, transport, process, pid, user, device };
constexpr std::size_t role_count = 8;

/// For each role the place of the name that stands for it, if one does.
class Roles {
public:
    /// By well-known names: of Microsoft Defender, of the Elastic Common Schema, of proxies and lists. Letter case,
    /// spaces, hyphens and underscores do not matter. Of several names for a role the most telling one is taken. A name
    /// that stands beside an address, even a bare `host`, is the endpoint's.
    static Roles guess(std::span<const std::string> names);

    std::optional<std::size_t> place(Role role) const { return places_[static_cast<std::size_t>(role)]; }
    void set(Role role, std::size_t place) { places_[static_cast<std::size_t>(role)] = place; }

    /// Whether a host or an address is among them.
    bool name_endpoint() const { return place(Role::host) || place(Role::address); }

    /// What the values at these places say. A place beyond the end holds nothing.
    LogRecord read(std::span<const std::string> values) const;

private:
    std::array<std::optional<std::size_t>, role_count> places_;
};

/// Whether two names are the same but for letter case, spaces, hyphens and underscores.
bool is_same_heading(std::string_view left, std::string_view right);

}  // namespace waybill::logs
