#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "rules/pack.h"

namespace waybill::rules {

/// The words of an enumeration in a file, in the order of the enumeration.
template <class Value>
class Words {
public:
    using Entry = std::pair<Value, std::string_view>;

    template <std::size_t count>
    explicit constexpr Words(const std::array<Entry, count>& entries) : entries_{entries}
    {
    }

    std::optional<Value> find(std::string_view word) const
    {
        for (const auto& [value, name] : entries_)
            if (name == word)
                return value;
        return std::nullopt;
    }

    std::string_view word(Value value) const
    {
        for (const auto& [entry, name] : entries_)
            if (entry == value)
                return name;
        return {};
    }

    std::string list() const  ///< `a, b or c`
    {
        std::string text;
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            if (i != 0)
                text += i + 1 == entries_.size() ? " or " : ", ";
            text += entries_[i].second;
        }
        return text;
    }

private:
    std::span<const Entry> entries_;
};

inline constexpr std::array<std::pair<SourceGrade, std::string_view>, 6> source_grade_words{{
    {SourceGrade::vendor_documentation, "vendor-documentation"},
    {SourceGrade::standard, "standard"},
    {SourceGrade::vendor_source_code, "vendor-source-code"},
    {SourceGrade::vendor_issue, "vendor-issue"},
    {SourceGrade::third_party, "third-party"},
    {SourceGrade::observed, "observed"},
}};
inline constexpr Words<SourceGrade> source_grades{source_grade_words};

inline constexpr std::array<std::pair<SwitchKind, std::string_view>, 4> switch_kind_words{{
    {SwitchKind::env, "env"},
    {SwitchKind::setting, "setting"},
    {SwitchKind::flag, "flag"},
    {SwitchKind::command, "command"},
}};
inline constexpr Words<SwitchKind> switch_kinds{switch_kind_words};

/// Whether text is an https or http URL with a valid host, and without white space (RFC 3986, 3).
bool is_web_address(std::string_view text);

}  // namespace waybill::rules
