#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/terminal.h"

namespace waybill {

/// Text for a terminal that grows line by line. What is added is printable already.
class TerminalText {
public:
    static constexpr std::size_t margin = 2;  ///< of what stands below a heading

    enum class Paint : unsigned char { none, strong, calm };

    explicit TerminalText(const TerminalStyle& style);

    /// Of a line: the terminal's, within what can be laid out and what can be followed.
    std::size_t columns() const { return columns_; }

    void line(std::string_view content = {});

    /// In lines that are no longer than the columns, each of them that far in.
    void add_indented(std::string_view content, std::size_t indent = margin);

    /// Entries below each other, with the title in columns of its own before the first; in a line of its own where the
    /// terminal is narrow.
    void add_box(std::string_view title, const std::vector<std::string>& entries, std::size_t title_columns);

    /// The content in colour, where the style has any.
    std::string painted(Paint paint, std::string_view content) const;

    std::string take() { return std::move(text_); }

private:
    bool has_color_;
    std::size_t columns_;
    std::string text_;
};

}  // namespace waybill
