#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "wire/dns_rdata.h"

namespace waybill::dns {
namespace {

struct TypeName {
    std::uint16_t number;
    std::string_view text;
};

// IANA: Resource Record (RR) TYPEs, by number. The registry writes 255 as "*"; everyone calls it ANY (RFC 8482).
constexpr std::array type_names{
    TypeName{1, "A"},         TypeName{2, "NS"},      TypeName{3, "MD"},          TypeName{4, "MF"},
    TypeName{5, "CNAME"},     TypeName{6, "SOA"},     TypeName{7, "MB"},          TypeName{8, "MG"},
    TypeName{9, "MR"},        TypeName{10, "NULL"},   TypeName{11, "WKS"},        TypeName{12, "PTR"},
    TypeName{13, "HINFO"},    TypeName{14, "MINFO"},  TypeName{15, "MX"},         TypeName{16, "TXT"},
    TypeName{17, "RP"},       TypeName{18, "AFSDB"},  TypeName{19, "X25"},        TypeName{20, "ISDN"},
    TypeName{21, "RT"},       TypeName{22, "NSAP"},   TypeName{23, "NSAP-PTR"},   TypeName{24, "SIG"},
    TypeName{25, "KEY"},      TypeName{26, "PX"},     TypeName{27, "GPOS"},       TypeName{28, "AAAA"},
    TypeName{29, "LOC"},      TypeName{30, "NXT"},    TypeName{31, "EID"},        TypeName{32, "NIMLOC"},
    TypeName{33, "SRV"},      TypeName{34, "ATMA"},   TypeName{35, "NAPTR"},      TypeName{36, "KX"},
    TypeName{37, "CERT"},     TypeName{38, "A6"},     TypeName{39, "DNAME"},      TypeName{40, "SINK"},
    TypeName{41, "OPT"},      TypeName{42, "APL"},    TypeName{43, "DS"},         TypeName{44, "SSHFP"},
    TypeName{45, "IPSECKEY"}, TypeName{46, "RRSIG"},  TypeName{47, "NSEC"},       TypeName{48, "DNSKEY"},
    TypeName{49, "DHCID"},    TypeName{50, "NSEC3"},  TypeName{51, "NSEC3PARAM"}, TypeName{52, "TLSA"},
    TypeName{53, "SMIMEA"},   TypeName{55, "HIP"},    TypeName{56, "NINFO"},      TypeName{57, "RKEY"},
    TypeName{58, "TALINK"},   TypeName{59, "CDS"},    TypeName{60, "CDNSKEY"},    TypeName{61, "OPENPGPKEY"},
    TypeName{62, "CSYNC"},    TypeName{63, "ZONEMD"}, TypeName{64, "SVCB"},       TypeName{65, "HTTPS"},
    TypeName{66, "DSYNC"},    TypeName{67, "HHIT"},   TypeName{68, "BRID"},       TypeName{99, "SPF"},
    TypeName{100, "UINFO"},   TypeName{101, "UID"},   TypeName{102, "GID"},       TypeName{103, "UNSPEC"},
    TypeName{104, "NID"},     TypeName{105, "L32"},   TypeName{106, "L64"},       TypeName{107, "LP"},
    TypeName{108, "EUI48"},   TypeName{109, "EUI64"}, TypeName{128, "NXNAME"},    TypeName{249, "TKEY"},
    TypeName{250, "TSIG"},    TypeName{251, "IXFR"},  TypeName{252, "AXFR"},      TypeName{253, "MAILB"},
    TypeName{254, "MAILA"},   TypeName{255, "ANY"},   TypeName{256, "URI"},       TypeName{257, "CAA"},
    TypeName{258, "AVC"},     TypeName{259, "DOA"},   TypeName{260, "AMTRELAY"},  TypeName{261, "RESINFO"},
    TypeName{262, "WALLET"},  TypeName{263, "CLA"},   TypeName{264, "IPN"},       TypeName{32768, "TA"},
    TypeName{32769, "DLV"},
};
static_assert(std::ranges::is_sorted(type_names, {}, &TypeName::number));

constexpr auto low_types = [] {  // what nearly every message asks, by number
    std::array<std::string_view, 128> texts{};
    for (const TypeName& name : type_names)
        if (name.number < texts.size())
            texts[name.number] = name.text;
    return texts;
}();

}  // namespace

std::string_view registered_type_text(Type type)
{
    const auto number = static_cast<std::uint16_t>(type);
    if (number < low_types.size())
        return low_types[number];
    const auto found = std::ranges::lower_bound(type_names, number, {}, &TypeName::number);
    return found != type_names.end() && found->number == number ? found->text : std::string_view{};
}

std::string type_text(Type type)
{
    const std::string_view registered = registered_type_text(type);
    return registered.empty() ? fmt::format("TYPE{}", static_cast<std::uint16_t>(type)) : std::string{registered};
}

}  // namespace waybill::dns
