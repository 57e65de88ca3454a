#include "report/html/fragment.h"

#include "base/text.h"
#include "report/html/constants.h"

namespace waybill::html {

/// Makes markup of octets. This file has the only uses.
class Markup {
public:
    static Html of(std::string markup) { return Html{std::move(markup)}; }
};

namespace {

/// The characters that mean something in text or in a quoted value (HTML, 13.1.2) as references; all others as
/// printable() has them.
void append_escaped(std::string& out, std::string_view text)
{
    for (const char character : printable(text))
        switch (character) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += character;
        }
}

void append_value(std::string& out, std::string_view name, std::string_view value)
{
    out += ' ';
    out += name;
    out += "=\"";
    append_escaped(out, value);
    out += '"';
}

std::string start_tag(std::string_view name, Attributes attributes)
{
    std::string out{"<"};
    out += name;
    for (const Attribute& attribute : attributes)
        append_value(out, attribute.name.text(), attribute.value);
    return out + '>';
}

Html enclosed(std::string start, std::string_view name, const Html& content)
{
    start += content.markup();
    start += "</";
    start += name;
    start += '>';
    return Markup::of(std::move(start));
}

Html anchor(std::string_view address, Attributes attributes, const Html& content)
{
    std::string start = start_tag("a", attributes);
    start.pop_back();
    append_value(start, "href", address);
    return enclosed(start + '>', "a", content);
}

}  // namespace

Html text(std::string_view text)
{
    std::string out;
    append_escaped(out, text);
    return Markup::of(std::move(out));
}

Html element(Name name, Attributes attributes, const Html& content)
{
    return enclosed(start_tag(name.text(), attributes), name.text(), content);
}

Html element(Name name, const Html& content)
{
    return element(name, {}, content);
}

Html element(Name name, Attributes attributes, std::string_view content)
{
    return element(name, attributes, text(content));
}

Html element(Name name, std::string_view content)
{
    return element(name, {}, text(content));
}

Html void_element(Name name, Attributes attributes)
{
    return Markup::of(start_tag(name.text(), attributes));
}

Html link_to(std::string_view id, Attributes attributes, const Html& content)
{
    return anchor("#" + std::string{id}, attributes, content);
}

Html link_out(std::string_view address, std::string_view content)
{
    if (!address.starts_with("https://") && !address.starts_with("http://"))
        return text(content);
    return anchor(address, {{"rel", "noopener noreferrer"}}, text(content));
}

Html style_element()
{
    return enclosed("<style>", "style", Markup::of(std::string{page_style()}));
}

Html script_element()
{
    return enclosed("<script>", "script", Markup::of(std::string{page_script()}));
}

std::string whole_page(const Html& head, const Html& body)
{
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n" + head.markup() + "</head>\n<body>\n" + body.markup() +
           "</body>\n</html>\n";
}

Html line_end()
{
    return Markup::of("\n");
}

}  // namespace waybill::html
