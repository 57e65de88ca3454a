#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <type_traits>

#include "report/html/constants.h"
#include "report/html/fragment.h"

using namespace waybill;
using html::element;
using html::Html;

TEST_CASE("text cannot leave its element, nor a value its attribute, whatever it holds")
{
    struct Row {
        const char* what;
        std::string text;
        const char* escaped;
    };
    const Row rows[] = {
        {"plain", "api.acme.example:443", "api.acme.example:443"},
        {"markup", "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
        {"a way out of a value", "\"><img src=x onerror=alert(1)>", "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;"},
        {"a way out of a value in apostrophes", "' onload='x", "&#39; onload=&#39;x"},
        {"a reference", "&#x3c;b&gt;", "&amp;#x3c;b&amp;gt;"},
        {"the end of a section", "]]>--></style>", "]]&gt;--&gt;&lt;/style&gt;"},
        {"what steers a terminal", "\x1b[31m\x9b", "\\x1b[31m\\x9b"},
        {"what turns text around", "a\u202egpj.exe", "a\\u{202e}gpj.exe"},
        {"a line end", "a\r\nb\tc", R"(a\x0d\x0ab\x09c)"},
        {"octets that are not UTF-8", "\xff\xc0\xafz", R"(\xff\xc0\xafz)"},
        {"a zero octet", std::string{"a\0b", 3}, "a\\x00b"},
        {"other scripts stay", "пример.example", "пример.example"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const std::string escaped{row.escaped};
        CHECK(html::text(row.text).markup() == escaped);
        CHECK(element("p", {{"title", row.text}}, row.text).markup() ==
              fmt::format("<p title=\"{0}\">{0}</p>", escaped));
    }
}

TEST_CASE("a string is no HTML, and becomes none without being escaped")
{
    static_assert(!std::is_constructible_v<Html, std::string>);
    static_assert(!std::is_constructible_v<Html, const char*>);
    static_assert(!std::is_convertible_v<std::string_view, Html>);
    static_assert(!std::is_assignable_v<Html&, std::string>);
    CHECK((element("b", "a<b") + html::text("&")).markup() == "<b>a&lt;b</b>&amp;");
}

TEST_CASE("names of elements and attributes are those that hold no script")
{
    using html::is_plain_name;
    for (const char* const name : {"td", "h1", "aria-label", "viewBox", "data-v", "http-equiv"})
        CHECK(is_plain_name(name));
    for (const char* const name : {"", "script", "style", "href", "src", "srcdoc", "action", "formaction", "onclick",
                                   "on", "a b", "a>", "a\"", "a=b", "\xff"})
        CHECK_FALSE(is_plain_name(name));
}

TEST_CASE("a link leads to a place of the page, or by https and http elsewhere, and nowhere else")
{
    CHECK(html::link_to("a\"b", {}, html::text("x")).markup() == "<a href=\"#a&quot;b\">x</a>");
    CHECK(html::link_out("https://acme.example/?a=1&b=\"2", "A <b>").markup() ==
          "<a rel=\"noopener noreferrer\" href=\"https://acme.example/?a=1&amp;b=&quot;2\">A &lt;b&gt;</a>");
    for (const char* const address : {"javascript:alert(1)", "JaVaScRiPt:alert(1)", " https://acme.example", "data:,x",
                                      "file:///etc/passwd", "//acme.example", "https:acme.example", ""})
        CHECK(html::link_out(address, "title").markup() == "title");
}

TEST_CASE("style and script end where their elements end, and the script stays small")
{
    constexpr std::size_t largest_script = 4'096;
    for (const std::string_view constant : {html::page_style(), html::page_script()}) {
        CHECK_FALSE(constant.empty());
        CHECK_FALSE(constant.contains("</"));
        CHECK_FALSE(constant.contains("<!--"));
        CHECK_FALSE(constant.contains("url("));
        CHECK_FALSE(constant.contains("@import"));
        CHECK_FALSE(constant.contains("innerHTML"));
    }
    CHECK(html::page_script().size() < largest_script);
}
