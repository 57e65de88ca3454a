#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace waybill {

/// Puts labels together from the octets of a pipe that anybody may write to: one a line. What is more than
/// Mark::max_label_octets of a line is left out, with "…" in its place; lines without text are passed over. Holds no
/// more than one label.
class MarkLines {
public:
    /// The labels of the lines that end in these octets.
    std::vector<std::string> add(std::string_view octets);

    /// The last line, where nothing ends it.
    std::vector<std::string> finish() { return add("\n"); }

private:
    void keep(std::string_view octets);

    std::string begun_;
    bool is_cut_ = false;
};

}  // namespace waybill
