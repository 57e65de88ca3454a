#include <algorithm>
#include <array>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/cursor.h"
#include "base/text.h"
#include "report/html/fragment.h"

namespace {

using Reference = std::pair<std::string_view, char>;
constexpr std::array references{Reference{"&amp;", '&'}, Reference{"&lt;", '<'}, Reference{"&gt;", '>'},
                                Reference{"&quot;", '"'}, Reference{"&#39;", '\''}};

/// What a browser reads where this is written, as text or in a quoted value. It holds none of the characters that end
/// either, and no reference but these.
std::string read(std::string_view written)
{
    std::string text;
    while (!written.empty()) {  // every turn takes at least one octet
        if (std::string_view{"<>\"'"}.contains(written.front()))
            std::abort();  // it could leave its place
        const auto known = std::ranges::find_if(
            references, [&](const Reference& reference) { return written.starts_with(reference.first); });
        if (known == references.end() && written.front() == '&')
            std::abort();  // a reference that nobody wrote
        text += known == references.end() ? written.front() : known->second;
        written.remove_prefix(known == references.end() ? 1 : known->first.size());
    }
    return text;
}

/// The part of `whole` between the two, which it begins and ends with.
std::string_view between(std::string_view whole, std::string_view before, std::string_view after)
{
    if (!whole.starts_with(before) || !whole.ends_with(after) || whole.size() < before.size() + after.size())
        std::abort();
    whole.remove_prefix(before.size());
    whole.remove_suffix(after.size());
    return whole;
}

}  // namespace

// No text leaves its element or its attribute, and what is read there is the text that was meant, made printable.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace waybill;
    const std::string_view text = as_text(std::as_bytes(std::span{data, size}));
    const std::string meant = printable(text);
    if (read(between(html::element("p", text).markup(), "<p>", "</p>")) != meant)
        std::abort();
    const html::Html cell = html::element("td", {{"title", std::string{text}}}, "x");
    if (read(between(cell.markup(), "<td title=\"", "\">x</td>")) != meant)
        std::abort();
    const html::Html inside = html::link_to(text, {}, html::text("x"));
    if (read(between(inside.markup(), "<a href=\"", "\">x</a>")) != printable("#" + std::string{text}))
        std::abort();
    const html::Html link = html::link_out(text, "x");
    if (link.markup() == "x")
        return 0;
    const std::string address = read(between(link.markup(), R"(<a rel="noopener noreferrer" href=")", R"(">x</a>)"));
    if (address != meant || !(address.starts_with("https://") || address.starts_with("http://")))
        std::abort();
    return 0;
}
