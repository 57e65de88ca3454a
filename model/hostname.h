#pragma once

#include <compare>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace waybill {

enum class HostnameError : std::uint8_t { empty, too_long, label_too_long, empty_label, bad_character };

/// A host name that was checked: labels of 1 to 63 letters, digits, hyphens or underscores, 253 characters at most,
/// kept in lower case and without the trailing dot (RFC 1123, 2.1). It is what rules are matched against.
class Hostname {
public:
    static std::expected<Hostname, HostnameError> parse(std::string_view text);
    const std::string& text() const { return text_; }
    friend auto operator<=>(const Hostname&, const Hostname&) = default;

private:
    explicit Hostname(std::string text) : text_{std::move(text)} {}
    std::string text_;
};

}  // namespace waybill
