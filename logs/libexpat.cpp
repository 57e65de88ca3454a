// The functions of libexpat that are used here, under their own names: the library is loaded with the first call. Each
// is declared by the library's own header, so that a type that differs does not compile.
#include <expat.h>

#include "base/deferred_library.h"

namespace {

waybill::DeferredLibrary& libexpat()
{
    static waybill::DeferredLibrary library{WAYBILL_LIBEXPAT};
    return library;
}

}  // namespace

extern "C" {
int XML_GetSpecifiedAttributeCount(XML_Parser parser)
{
    return libexpat().call<&XML_GetSpecifiedAttributeCount>("XML_GetSpecifiedAttributeCount", parser);
}
XML_Status XML_Parse(XML_Parser parser, const char* text, int size, int is_final)
{
    return libexpat().call<&XML_Parse>("XML_Parse", parser, text, size, is_final);
}
XML_Parser XML_ParserCreate(const XML_Char* encoding)
{
    return libexpat().call<&XML_ParserCreate>("XML_ParserCreate", encoding);
}
void XML_ParserFree(XML_Parser parser)
{
    libexpat().call<&XML_ParserFree>("XML_ParserFree", parser);
}
void XML_SetCharacterDataHandler(XML_Parser parser, XML_CharacterDataHandler handler)
{
    libexpat().call<&XML_SetCharacterDataHandler>("XML_SetCharacterDataHandler", parser, handler);
}
void XML_SetElementHandler(XML_Parser parser, XML_StartElementHandler start, XML_EndElementHandler end)
{
    libexpat().call<&XML_SetElementHandler>("XML_SetElementHandler", parser, start, end);
}
void XML_SetUserData(XML_Parser parser, void* data)
{
    libexpat().call<&XML_SetUserData>("XML_SetUserData", parser, data);
}
}
