#include "wire/quic_version.h"

namespace waybill::quic {
namespace {

consteval std::byte nibble(char digit)
{
    return static_cast<std::byte>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

consteval std::array<std::byte, 20> salt(std::string_view digits)
{
    std::array<std::byte, 20> octets{};
    for (std::size_t i = 0; i < octets.size(); ++i)
        octets[i] = nibble(digits[2 * i]) << 4 | nibble(digits[2 * i + 1]);
    return octets;
}

consteval VersionRules like_v1(std::string_view salt_digits, FrameDialect frames = FrameDialect::ietf)
{
    return {salt(salt_digits), TypeNumbering::v1, "quic key", "quic iv", "quic hp", frames};
}

constexpr VersionRules draft_22 = like_v1("7fbcdb0e7c66bbe9193a96cd21519ebd7a02644a");  // draft-ietf-quic-tls-22, 5.2
constexpr VersionRules draft_23 = like_v1("c3eef712c72ebb5a11a7d2432bb46365bef9f502");  // drafts 23 to 28
constexpr VersionRules draft_29 = like_v1("afbfec289993d24c9e9786f19c6111e04390a899");  // drafts 29 to 32
constexpr VersionRules rfc_9001 = like_v1("38762cf7f55934b34d179ae6a4c80cadccbb7f0a");  // drafts 33, 34 and version 1
constexpr VersionRules google_t050 = like_v1("7ff579e5acd072915580304c43a2367c60488310", FrameDialect::google);
constexpr VersionRules google_t051 = like_v1("7a4edef4e7ccee5fa4506c19124fc8ccda6e033d", FrameDialect::google);
constexpr VersionRules rfc_9369 = {salt("0dede3def700a6db819381be6e269dcbf9bd2ed9"),
                                   TypeNumbering::v2,
                                   "quicv2 key",
                                   "quicv2 iv",
                                   "quicv2 hp",
                                   FrameDialect::ietf};

constexpr std::uint32_t draft_prefix = 0xff000000;  // draft-ietf-quic-transport-22, 15: 0xff000000 + the draft
constexpr std::uint32_t mvfst_first = 0xfaceb000;   // mvfst's own range, 0xfaceb000 to 0xfaceb01f
constexpr std::uint32_t mvfst_last = 0xfaceb01f;
constexpr std::uint32_t mvfst_draft_22 = 0xfaceb001;  // the last one before draft 23's salt
constexpr std::uint32_t mvfst_v1 = 0xfaceb003;        // version 1 under other numbers: this one and the next
constexpr std::uint32_t t050 = 0x54303530;            // "T050": TLS 1.3 in Google's own QUIC
constexpr std::uint32_t t051 = 0x54303531;

const VersionRules* find_draft(std::uint32_t draft)
{
    if (draft < 22 || draft > 34)
        return nullptr;
    if (draft == 22)
        return &draft_22;
    if (draft <= 28)
        return &draft_23;
    return draft <= 32 ? &draft_29 : &rfc_9001;
}

const VersionRules* find_mvfst(std::uint32_t number)
{
    if (number <= mvfst_draft_22)
        return &draft_22;
    return number == mvfst_v1 || number == mvfst_v1 + 1 ? &rfc_9001 : &draft_23;
}

}  // namespace

const VersionRules* find_rules(Version version)
{
    const auto number = static_cast<std::uint32_t>(version);
    if (version == version_1)
        return &rfc_9001;
    if (version == version_2)
        return &rfc_9369;
    if ((number & 0xffffff00U) == draft_prefix)
        return find_draft(number & 0xffU);
    if (number >= mvfst_first && number <= mvfst_last)
        return find_mvfst(number);
    if (number == t050)
        return &google_t050;
    return number == t051 ? &google_t051 : nullptr;
}

}  // namespace waybill::quic
