#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "wire/dns_message.h"
#include "wire/dns_name.h"

namespace waybill::test {

/// Writes DNS messages for tests: the sections in their order, counts kept. The name "@" is a pointer to the
/// question's.
class DnsBuilder {
public:
    static constexpr std::uint16_t query = 0x0100;
    static constexpr std::uint16_t response = 0x8180;

    explicit DnsBuilder(std::uint16_t flags, std::uint16_t id = 0x1234)
    {
        u16(id);
        u16(flags);
        octets_.resize(12);
    }

    DnsBuilder& question(std::string_view asked, dns::Type type, std::uint16_t qclass = 1)
    {
        count(4);
        name(asked);
        u16(static_cast<std::uint16_t>(type));
        u16(qclass);
        return *this;
    }
    DnsBuilder& answer(std::string_view owner, dns::Type type, std::uint32_t ttl, const std::vector<std::byte>& rdata)
    {
        return record(6, owner, type, ttl, rdata);
    }
    DnsBuilder& authority(std::string_view owner, dns::Type type, std::uint32_t ttl,
                          const std::vector<std::byte>& rdata)
    {
        return record(8, owner, type, ttl, rdata);
    }
    DnsBuilder& additional(std::string_view owner, dns::Type type, std::uint32_t ttl,
                           const std::vector<std::byte>& rdata)
    {
        return record(10, owner, type, ttl, rdata);
    }
    DnsBuilder& record_class(std::uint16_t rclass)  ///< of the records that follow
    {
        class_ = rclass;
        return *this;
    }

    const std::vector<std::byte>& octets() const { return octets_; }

    /// A name as rdata.
    static std::vector<std::byte> name_octets(std::string_view text)
    {
        std::vector<std::byte> out;
        dns::write_name(dns::Name::parse_presentation(text).value(), out);
        return out;
    }

private:
    DnsBuilder& record(std::size_t counter, std::string_view owner, dns::Type type, std::uint32_t ttl,
                       const std::vector<std::byte>& rdata)
    {
        count(counter);
        name(owner);
        u16(static_cast<std::uint16_t>(type));
        u16(class_);
        u16(static_cast<std::uint16_t>(ttl >> 16U));
        u16(static_cast<std::uint16_t>(ttl & 0xffffU));
        u16(static_cast<std::uint16_t>(rdata.size()));
        octets_.insert(octets_.end(), rdata.begin(), rdata.end());
        return *this;
    }
    void name(std::string_view text)
    {
        if (text == "@")
            u16(0xc00c);
        else
            dns::write_name(dns::Name::parse_presentation(text).value(), octets_);
    }
    void u16(std::uint16_t value)
    {
        octets_.push_back(static_cast<std::byte>(value >> 8U));
        octets_.push_back(static_cast<std::byte>(value & 0xffU));
    }
    void count(std::size_t counter)
    {
        octets_[counter + 1] = static_cast<std::byte>(std::to_integer<unsigned>(octets_[counter + 1]) + 1);
    }

    std::vector<std::byte> octets_;
    std::uint16_t class_ = dns::class_internet;
};

}  // namespace waybill::test
