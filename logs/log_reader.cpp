#include "logs/log_reader.h"

#include <fmt/format.h>

#include <utility>

#include "base/ascii.h"

namespace waybill::logs {
namespace {

std::string_view problem_of(RawRecord::Trouble trouble)
{
    switch (trouble) {
        using enum RawRecord::Trouble;
        case none:
            break;
        case broken:
            return "it is no record of this format";
        case too_long:
            static_assert(RecordSplitter::max_record_octets == std::size_t{256} * 1024);
            return "it is longer than 256 KiB";
        case unfinished:
            return "it does not end";
    }
    return {};
}

}  // namespace

std::expected<LogRecord, LogError> LogReader::read(const RawRecord& raw)
{
    if (raw.trouble != RawRecord::Trouble::none)
        return not_understood(problem_of(raw.trouble));
    if (trim(raw.text).empty())
        return LogRecord{};
    return parser_(raw.text);
}

std::expected<void, LogError> LogReader::read_records()
{
    while (const auto raw = splitter_->next()) {  // ends: each record takes octets
        auto record = read(*raw);
        if (!record)
            return std::unexpected(
                LogError{record.error().kind, fmt::format("line {}: {}", raw->line, record.error().message)});
        see_({raw->line, raw->text, *std::move(record)});
    }
    return {};
}

std::expected<void, LogError> LogReader::start()
{
    const auto recognised = recognise(head_, options_);
    if (!recognised)
        return std::unexpected(recognised.error());
    format_ = recognised->format;
    parser_ = make_parser(*recognised, options_);
    splitter_.emplace(recognised->frame);
    splitter_->append(head_);
    splitter_->skip(recognised->prefix);
    head_ = {};
    return read_records();
}

std::expected<void, LogError> LogReader::add_text(std::string_view text)
{
    if (splitter_) {
        splitter_->append(text);
        return read_records();
    }
    head_ += text;
    const bool is_enough = head_.size() >= max_head_octets || (options_.format && !needs_head(*options_.format));
    return is_enough ? start() : std::expected<void, LogError>{};
}

std::expected<void, LogError> LogReader::add(std::string_view octets)
{
    std::string text;
    decoder_.decode(octets, text);
    return add_text(text);
}

std::expected<void, LogError> LogReader::finish()
{
    std::string text;
    decoder_.finish(text);
    if (auto added = add_text(text); !added)
        return added;
    if (!splitter_ && trim(head_).find_first_not_of("\r\n\t ") == std::string_view::npos)
        return {};
    if (!splitter_)
        if (auto started = start(); !started)
            return started;
    splitter_->finish();
    return read_records();
}

}  // namespace waybill::logs
