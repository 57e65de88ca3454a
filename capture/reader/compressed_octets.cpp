#define ZLIB_CONST
#include "capture/reader/compressed_octets.h"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

namespace waybill {

namespace {

using enum CaptureError::Kind;
using ReadResult = std::expected<std::size_t, CaptureError>;

constexpr std::string_view gzip_magic{"\x1f\x8b\x08", 3};      // RFC 1952, 2.3.1: ID1, ID2, deflate
constexpr std::string_view zstd_magic{"\x28\xb5\x2f\xfd", 4};  // RFC 8878, 3.1.1
constexpr std::string_view zstd_skippable{"\x2a\x4d\x18", 3};  // RFC 8878, 3.1.2: after an octet from 50 to 5f

CaptureError input_end(const OctetWindow& compressed)
{
    if (compressed.failure())
        return *compressed.failure();
    return {torn, fmt::format("the compressed data end too early, after {} octets", compressed.position())};
}

CaptureError input_damage(const OctetWindow& compressed, std::string_view why)
{
    return {damaged, fmt::format("the compressed data are broken before octet {}: {}", compressed.position(), why)};
}

struct EndInflate {
    void operator()(z_stream* stream) const
    {
        inflateEnd(stream);
        delete stream;  // NOLINT(cppcoreguidelines-owning-memory): this is the owner's deleter
    }
};

/// gzip members one after another (RFC 1952, 2.2); zero octets behind them are padding, as tapes had it.
class GzipOctets final : public OctetSource {
public:
    GzipOctets(std::unique_ptr<z_stream, EndInflate> stream, OctetWindow compressed)
        : stream_{std::move(stream)}, compressed_{std::move(compressed)}
    {
    }

    ReadResult read(std::span<std::byte> room) override
    {
        std::size_t count = 0;
        while (count == 0) {  // ends: each round takes input or gives octets
            if (!compressed_.require(1))
                return in_member_ ? ReadResult{std::unexpected(input_end(compressed_))} : ReadResult{0};
            if (!in_member_)
                if (const auto member = begin_member(); !member || !*member)
                    return member ? ReadResult{0} : ReadResult{std::unexpected(member.error())};
            const int status = inflate_into(room, count);
            if (status == Z_STREAM_END)
                in_member_ = false;
            else if (status != Z_OK && status != Z_BUF_ERROR && count == 0)
                return std::unexpected(
                    input_damage(compressed_, stream_->msg != nullptr ? stream_->msg : "it does not fit together"));
        }
        return count;
    }

private:
    /// Whether another member begins; what is no member must be padding.
    std::expected<bool, CaptureError> begin_member()
    {
        const auto is_zero = [](std::byte octet) { return octet == std::byte{0}; };
        while (compressed_.require(1)) {  // ends: takes an octet or more each time
            const Bytes rest = compressed_.available();
            const auto padding = static_cast<std::size_t>(std::ranges::find_if_not(rest, is_zero) - rest.begin());
            compressed_.consume(padding);
            if (padding == rest.size())
                continue;
            if (compressed_.peek(1).front() != std::byte{0x1f})
                return std::unexpected(input_damage(compressed_, "other octets follow them"));
            inflateReset(stream_.get());
            in_member_ = true;
            return true;
        }
        return false;
    }

    int inflate_into(std::span<std::byte> room, std::size_t& count)
    {
        constexpr std::size_t most = std::numeric_limits<uInt>::max();
        const Bytes input = compressed_.available().first(std::min(compressed_.available().size(), most));
        const std::size_t space = std::min(room.size(), most);
        // zlib's octets are unsigned char, which may alias std::byte
        stream_->next_in = reinterpret_cast<const Bytef*>(input.data());  // NOLINT(*-reinterpret-cast): as said above
        stream_->avail_in = static_cast<uInt>(input.size());
        stream_->next_out = reinterpret_cast<Bytef*>(room.data());  // NOLINT(*-reinterpret-cast): as said above
        stream_->avail_out = static_cast<uInt>(space);
        const int status = inflate(stream_.get(), Z_NO_FLUSH);
        compressed_.consume(input.size() - stream_->avail_in);
        count = space - stream_->avail_out;
        return status;
    }

    std::unique_ptr<z_stream, EndInflate> stream_;
    OctetWindow compressed_;
    bool in_member_ = true;
};

struct FreeZstd {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

/// Zstandard frames one after another (RFC 8878, 3), skippable ones included. Of the formats before the RFC, which the
/// library reads as well, none is handed to it: they have decoders of their own, which nobody writes for any more.
class ZstdOctets final : public OctetSource {
public:
    ZstdOctets(std::unique_ptr<ZSTD_DCtx, FreeZstd> context, OctetWindow compressed)
        : context_{std::move(context)}, compressed_{std::move(compressed)}
    {
    }

    ReadResult read(std::span<std::byte> room) override
    {
        ZSTD_outBuffer out{room.data(), room.size(), 0};
        while (out.pos == 0) {  // ends: each round takes input or gives octets
            const bool ended = !compressed_.require(1);
            if (ended && (!in_frame_ || compressed_.failure()))
                return compressed_.failure() ? ReadResult{std::unexpected(*compressed_.failure())} : ReadResult{0};
            if (!in_frame_)
                if (auto damage = what_follows())
                    return std::unexpected(*std::move(damage));
            const Bytes input = compressed_.available().first(begins_ && !ended ? 1 : compressed_.available().size());
            ZSTD_inBuffer in{input.data(), input.size(), 0};
            const std::size_t left = ZSTD_decompressStream(context_.get(), &out, &in);
            compressed_.consume(in.pos);
            begins_ = left == 0;
            if (ZSTD_isError(left) != 0)
                return std::unexpected(input_damage(compressed_, ZSTD_getErrorName(left)));
            in_frame_ = left != 0;
            if (ended && out.pos == 0 && in_frame_)
                return std::unexpected(input_end(compressed_));
        }
        return out.pos;
    }

private:
    /// What is wrong with the octets behind a frame; nothing where another frame begins.
    std::optional<CaptureError> what_follows()
    {
        constexpr std::size_t magic_octets = 4;
        if (!compressed_.require(magic_octets))
            return input_end(compressed_);
        if (recognise_compression(compressed_.peek(magic_octets)) != Compression::zstd)
            return input_damage(compressed_, "other octets follow them");
        return std::nullopt;
    }

    std::unique_ptr<ZSTD_DCtx, FreeZstd> context_;
    OctetWindow compressed_;
    bool in_frame_ = true;
    /// The next octet is a frame's first, and is handed over alone: a frame that the library gets whole goes another
    /// way through it, which finds other damage, and what a capture tells would depend on how its octets arrive.
    bool begins_ = true;
};

}  // namespace

std::optional<Compression> recognise_compression(Bytes beginning)
{
    const std::string_view text = as_text(beginning);
    if (text.starts_with(gzip_magic))
        return Compression::gzip;
    const bool skippable = !text.empty() && (static_cast<unsigned char>(text.front()) & 0xf0U) == 0x50U &&
                           text.substr(1).starts_with(zstd_skippable);
    if (text.starts_with(zstd_magic) || skippable)
        return Compression::zstd;
    return std::nullopt;
}

std::expected<std::unique_ptr<OctetSource>, CaptureError> decompress(Compression compression, OctetWindow compressed)
{
    constexpr int gzip_only = 16;  // zlib: added to the window bits
    if (compression == Compression::gzip) {
        std::unique_ptr<z_stream, EndInflate> stream{new z_stream{}};
        if (inflateInit2(stream.get(), MAX_WBITS + gzip_only) != Z_OK)
            return std::unexpected(CaptureError{unreadable, "cannot be decompressed: zlib does not start"});
        return std::make_unique<GzipOctets>(std::move(stream), std::move(compressed));
    }
    std::unique_ptr<ZSTD_DCtx, FreeZstd> context{ZSTD_createDCtx()};
    if (!context)
        return std::unexpected(CaptureError{unreadable, "cannot be decompressed: zstd does not start"});
    return std::make_unique<ZstdOctets>(std::move(context), std::move(compressed));
}

}  // namespace waybill
