# Writes the octets of INPUT as a C++ source OUTPUT that defines waybill::NAME.
file(READ ${INPUT} octets HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1,\n" octets "${octets}")
file(WRITE ${OUTPUT} "#include <span>

namespace waybill {
namespace {
alignas(8) constexpr unsigned char octets[] = {
${octets}
};
}  // namespace
extern const std::span<const unsigned char> ${NAME};
const std::span<const unsigned char> ${NAME}{octets};
}  // namespace waybill
")
