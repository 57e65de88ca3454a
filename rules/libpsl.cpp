// The functions of libpsl that are used here, under their own names: the library is loaded with the first call. Each
// is declared by the library's own header, so that a type that differs does not compile.
#include <libpsl.h>

#include "base/deferred_library.h"

namespace {

waybill::DeferredLibrary& libpsl()
{
    static waybill::DeferredLibrary library{WAYBILL_LIBPSL};
    return library;
}

}  // namespace

extern "C" {
const psl_ctx_t* psl_builtin()
{
    return libpsl().call<&psl_builtin>("psl_builtin");
}
const char* psl_builtin_sha1sum()
{
    return libpsl().call<&psl_builtin_sha1sum>("psl_builtin_sha1sum");
}
const char* psl_dist_filename()
{
    return libpsl().call<&psl_dist_filename>("psl_dist_filename");
}
void psl_free(psl_ctx_t* list)
{
    libpsl().call<&psl_free>("psl_free", list);
}
const char* psl_get_version()
{
    return libpsl().call<&psl_get_version>("psl_get_version");
}
int psl_is_public_suffix2(const psl_ctx_t* list, const char* domain, int type)
{
    return libpsl().call<&psl_is_public_suffix2>("psl_is_public_suffix2", list, domain, type);
}
psl_ctx_t* psl_load_fp(FILE* stream)
{
    return libpsl().call<&psl_load_fp>("psl_load_fp", stream);
}
const char* psl_registrable_domain(const psl_ctx_t* list, const char* domain)
{
    return libpsl().call<&psl_registrable_domain>("psl_registrable_domain", list, domain);
}
}
