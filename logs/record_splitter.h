#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "logs/cut.h"

namespace waybill::logs {

/// A record's text and where it stands.
struct RawRecord {
    enum class Trouble : std::uint8_t { none, broken, too_long, unfinished };

    std::uint64_t line = 0;  ///< the line that it begins on, from 1
    std::string_view text;   ///< without line end; of a record that is too long its beginning
    Trouble trouble = Trouble::none;
};

/// Cuts a log into records as it comes, piece by piece. However it is cut into pieces, the records are the same.
///
/// A record has no more than `max_record_octets`. One that is longer, or whose end never comes, is told by its first
/// line, and the search goes on behind that. A log of many such would have each octet searched again and again: when
/// too much of it was searched in vain, some lines are told as broken without a search. Into however small pieces a
/// record is cut, a piece that comes is searched alone, from where the search before it ended.
class RecordSplitter {
public:
    /// Four times what an event of Windows' log can have (64 KiB, [MS-EVEN6] 2.2.17), and longer than any proxy's line.
    static constexpr std::size_t max_record_octets = std::size_t{256} * 1024;

    explicit RecordSplitter(Frame frame) : frame_{frame} {}

    /// Octets that may be searched in vain for each that is done with, and lines of how many octets are told unsearched
    /// when they were: so each octet is searched that often at most.
    static constexpr std::size_t most_searches = 16;
    static constexpr std::size_t unsearched_octets = max_record_octets / most_searches;

    void append(std::string_view octets);
    void skip(std::size_t octets) { take(octets); }  ///< passes over what is there
    void finish() { more_ = More::none; }            ///< nothing comes any more

    /// The next record; nothing until more is appended. Its text is borrowed until append() is called.
    std::optional<RawRecord> next();

private:
    static constexpr std::size_t max_patience = most_searches * max_record_octets;

    std::string_view rest() const { return std::string_view{octets_}.substr(at_); }
    void take(std::size_t octets);
    std::optional<RawRecord> take_cut(const Cut& cut, std::string_view window);
    RawRecord give_up(const Cut& cut, std::string_view window, RawRecord::Trouble trouble);
    Cut find(std::string_view window, More more);
    RawRecord take_first_line(std::size_t start, RawRecord::Trouble trouble);
    void skip_line();

    Frame frame_;
    More more_ = More::may_come;
    std::string octets_;
    std::size_t at_ = 0;
    Scan scan_;  // of what stands at `at_`
    std::uint64_t line_ = 1;
    std::size_t patience_ = max_patience;  // octets that may still be searched in vain
    std::size_t unsearched_ = 0;           // octets ahead whose lines are told as broken
    bool is_skipping_ = false;             // to the end of a line that was told
    bool has_ended_ = false;
};

}  // namespace waybill::logs
