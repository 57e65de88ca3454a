#include "capture/reader/octet_window.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace waybill {

namespace {

constexpr std::size_t most_lead_octets = 64UL * 1024;  // what is left of an ordinary record

}  // namespace

OctetWindow::OctetWindow(std::unique_ptr<OctetSource> source, std::size_t chunk_octets)
    : source_{std::move(source)},
      lead_{std::min(chunk_octets, most_lead_octets)},
      pages_((lead_ + chunk_octets) / page_octets),
      octets_{std::as_writable_bytes(std::span{pages_})},
      begin_{lead_},
      end_{lead_},
      offset_{0 - static_cast<std::uint64_t>(lead_)}
{
}

bool OctetWindow::skip(std::uint64_t count)
{
    while (count > end_ - begin_) {  // ends: count only shrinks, and fill() fails at the end of the input
        count -= end_ - begin_;
        begin_ = end_;
        if (!fill(1))
            return false;
    }
    begin_ += count;
    return true;
}

void OctetWindow::close()
{
    source_.reset();
    failure_.reset();
    begin_ = end_;
}

bool OctetWindow::fill(std::size_t count)
{
    if (!source_)
        return false;
    move_rest_to_lead();
    while (count > end_ - begin_) {  // ends: each round reads an octet at least
        if (end_ == octets_.size())
            rebuild(lead_, 2 * (octets_.size() - lead_));  // only for octets that came, whatever a record claims
        if (!read_more())
            return false;
    }
    return true;
}

void OctetWindow::move_rest_to_lead()
{
    const std::size_t left = end_ - begin_;
    if (left > lead_) {
        rebuild(std::bit_ceil(left), octets_.size() - lead_);
        return;
    }
    const std::uint64_t position = this->position();
    const auto rest = octets_.subspan(begin_, left);
    if (lead_ - left > begin_)
        std::ranges::copy_backward(rest, octets_.first(lead_).end());
    else
        std::ranges::copy(rest, octets_.subspan(lead_ - left).begin());
    begin_ = lead_ - left;
    end_ = lead_;
    offset_ = position - begin_;
}

void OctetWindow::rebuild(std::size_t lead, std::size_t room)
{
    const std::size_t left = end_ - begin_;
    const std::uint64_t position = this->position();
    const std::size_t begin = lead_ == lead ? begin_ : lead - left;
    std::vector<Page> pages((lead + room) / page_octets);
    const auto octets = std::as_writable_bytes(std::span{pages});
    const Bytes rest = available();
    std::copy(rest.begin(), rest.end(), octets.subspan(begin).begin());
    pages_ = std::move(pages);
    octets_ = octets;
    lead_ = lead;
    begin_ = begin;
    end_ = begin + left;
    offset_ = position - begin_;
}

bool OctetWindow::read_more()
{
    const auto count = source_->read(octets_.subspan(end_));
    if (count && *count > 0) {
        end_ += *count;
        return true;
    }
    if (!count)
        failure_ = count.error();
    source_.reset();
    return false;
}

}  // namespace waybill
