#pragma once

#include <cstddef>
#include <cstdint>

namespace waybill::pcapng {

/// Block types (draft-ietf-opsawg-pcapng, 11.1). Values that are not listed stay as they are.
enum class BlockType : std::uint32_t {
    reserved = 0x00000000,
    interface_description = 0x00000001,
    packet = 0x00000002,  ///< obsolete (appendix A)
    simple_packet = 0x00000003,
    name_resolution = 0x00000004,
    interface_statistics = 0x00000005,
    enhanced_packet = 0x00000006,
    decryption_secrets = 0x0000000a,
    section_header = 0x0a0d0d0a,
};

/// Option codes that are read or written here; those from `shb_` on hold in the block that their prefix names.
enum class Option : std::uint16_t {
    end_of_options = 0,
    comment = 1,
    shb_hardware = 2,
    shb_os = 3,
    shb_user_application = 4,
    if_name = 2,
    if_description = 3,
    if_tsresol = 9,
    if_fcslen = 13,
    if_os = 12,
    if_tsoffset = 14,
    if_hardware = 15,
    epb_flags = 2,
    epb_dropcount = 4,
    epb_processid_threadid = 8,
    isb_starttime = 2,
    isb_endtime = 3,
    isb_ifrecv = 4,
    isb_ifdrop = 5,
    isb_osdrop = 7,
    custom_text = 2988,
    custom_octets = 2989,
    custom_text_uncopied = 19372,
    custom_octets_uncopied = 19373,
};

constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;  ///< draft-ietf-opsawg-pcapng, 4.1

/// Octets of a block beside its body: type and length in front, length again behind (3.1).
constexpr std::size_t block_frame_octets = 12;
/// Octets of an option in front of its value: code and length (3.5).
constexpr std::size_t option_header_octets = 4;

}  // namespace waybill::pcapng
