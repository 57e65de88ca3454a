// The functions of libnftables that are used here, under their own names: the library is loaded with the first call.
// Each is declared by the library's own header, so that a type that differs does not compile.
#include <nftables/libnftables.h>

#include "capture/deferred/libraries.h"

namespace waybill {

DeferredLibrary& libnftables()
{
    static DeferredLibrary library{WAYBILL_LIBNFTABLES};
    return library;
}

}  // namespace waybill

using waybill::libnftables;

extern "C" {
int nft_ctx_buffer_error(nft_ctx* context)
{
    return libnftables().call<&nft_ctx_buffer_error>("nft_ctx_buffer_error", context);
}
int nft_ctx_buffer_output(nft_ctx* context)
{
    return libnftables().call<&nft_ctx_buffer_output>("nft_ctx_buffer_output", context);
}
void nft_ctx_free(nft_ctx* context)
{
    libnftables().call<&nft_ctx_free>("nft_ctx_free", context);
}
const char* nft_ctx_get_error_buffer(nft_ctx* context)
{
    return libnftables().call<&nft_ctx_get_error_buffer>("nft_ctx_get_error_buffer", context);
}
nft_ctx* nft_ctx_new(uint32_t flags)
{
    return libnftables().call<&nft_ctx_new>("nft_ctx_new", flags);
}
int nft_run_cmd_from_buffer(nft_ctx* context, const char* commands)
{
    return libnftables().call<&nft_run_cmd_from_buffer>("nft_run_cmd_from_buffer", context, commands);
}
}
