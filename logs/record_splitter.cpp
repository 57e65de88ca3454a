#include "logs/record_splitter.h"

#include <algorithm>

namespace waybill::logs {

void RecordSplitter::append(std::string_view octets)
{
    if (at_ >= octets_.size() / 2) {  // else as much would be moved again and again
        octets_.erase(0, at_);
        at_ = 0;
    }
    octets_ += octets;
}

void RecordSplitter::take(std::size_t octets)
{
    const std::string_view taken = rest().substr(0, octets);
    line_ += static_cast<std::uint64_t>(std::ranges::count(taken, '\n'));
    at_ += taken.size();
    if (!taken.empty())
        scan_ = {};
    patience_ = std::min(max_patience, patience_ + most_searches * taken.size());
}

void RecordSplitter::skip_line()
{
    const std::size_t end = rest().find('\n');
    is_skipping_ = end == std::string_view::npos;
    take(is_skipping_ ? rest().size() : end + 1);
}

RawRecord RecordSplitter::take_first_line(std::size_t start, RawRecord::Trouble trouble)
{
    take(start);
    RawRecord record{line_, rest().substr(0, max_record_octets), trouble};
    const std::size_t end = record.text.find('\n');
    record.text = record.text.substr(0, end);
    if (end == std::string_view::npos)
        is_skipping_ = true;
    take(end == std::string_view::npos ? record.text.size() : end + 1);
    return record;
}

RawRecord RecordSplitter::give_up(const Cut& cut, std::string_view window, RawRecord::Trouble trouble)
{
    const bool is_patient = patience_ >= window.size();
    patience_ -= is_patient ? window.size() : 0;
    RawRecord record = take_first_line(cut.start, trouble);
    if (!is_patient)
        unsearched_ = unsearched_octets;
    return record;
}

std::optional<RawRecord> RecordSplitter::take_cut(const Cut& cut, std::string_view window)
{
    take(cut.start);
    std::optional<RawRecord> record;
    const bool is_broken = cut.state == Cut::State::broken || unsearched_ > 0;
    if (cut.state != Cut::State::nothing)
        record = {line_, window.substr(cut.start, cut.size),
                  is_broken ? RawRecord::Trouble::broken : RawRecord::Trouble::none};
    take(cut.taken - cut.start);
    unsearched_ -= std::min(unsearched_, cut.taken);
    return record;
}

Cut RecordSplitter::find(std::string_view window, More more)
{
    return cut_record(window, unsearched_ > 0 ? Frame{} : frame_, more, scan_);
}

std::optional<RawRecord> RecordSplitter::next()
{
    while (!has_ended_ && !rest().empty()) {  // every turn takes octets, or is the last
        if (is_skipping_) {
            skip_line();
            continue;
        }
        const std::string_view window = rest().substr(0, max_record_octets);
        const bool is_all = window.size() == rest().size();
        const Cut cut = find(window, is_all ? more_ : More::may_come);
        if (cut.state == Cut::State::ended) {
            has_ended_ = true;
        } else if (cut.state == Cut::State::incomplete) {
            if (window.size() == max_record_octets && cut.start == 0)
                return give_up(cut, window, RawRecord::Trouble::too_long);
            if (is_all && more_ == More::none)
                return give_up(cut, window, RawRecord::Trouble::unfinished);
            take(cut.start);  // so that the whole room is the record's
            if (is_all)
                return std::nullopt;
        } else if (auto record = take_cut(cut, window)) {
            return record;
        }
    }
    return std::nullopt;
}

}  // namespace waybill::logs
