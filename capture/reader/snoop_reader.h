#pragma once

#include <cstdint>
#include <expected>
#include <memory>

#include "capture/packet_source.h"
#include "capture/reader/record_stream.h"

namespace waybill {

/// Reads snoop files of version 2 (RFC 1761), as Solaris writes them.
class SnoopReader final : public PacketSource {
public:
    /// Whether a file that begins with these octets is a snoop file.
    static bool recognises(Bytes beginning);
    /// Reads the file header. Errors: `not_understood`, `unreadable`, and those of a decompressor.
    static std::expected<std::unique_ptr<SnoopReader>, CaptureError> open(OctetWindow window);

    NextPacket next() override;
    SourceNotes notes() const override { return stream_.notes; }

private:
    SnoopReader(OctetWindow window, LinkType link_type) : stream_{std::move(window)}
    {
        stream_.packet.link_type = link_type;
    }

    RecordStream stream_;
};

}  // namespace waybill
