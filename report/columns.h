#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace waybill {

/// Columns that a terminal gives to the text: one for each character, two for wide ones, none for combining ones.
std::size_t display_width(std::string_view text);

/// The text, or its beginning and end around "…" where it is wider than `columns`; never wider than those.
std::string shortened(std::string_view text, std::size_t columns);

/// The text in lines of at most `columns`, broken at spaces, and inside of a word that is wider than a line. No line
/// is empty or begins or ends with a space.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

/// The text and as many spaces behind it as make it `columns` wide.
std::string padded(std::string_view text, std::size_t columns);

enum class Align : std::uint8_t { left, right };

/// Rows of cells in columns.
class Columns {
public:
    static constexpr std::size_t gap = 2;  ///< spaces between two columns

    explicit Columns(std::vector<Align> aligns) : aligns_{std::move(aligns)} {}

    /// A row has as many cells as there are columns, or fewer.
    void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

    /// For each column the width of its widest cell.
    std::vector<std::size_t> widths() const;

    /// One line for each row, without line ends or spaces behind; cells wider than `widths` stand as they are.
    std::vector<std::string> lines(const std::vector<std::size_t>& widths) const;

private:
    std::vector<Align> aligns_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace waybill
