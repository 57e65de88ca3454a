#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace waybill::html {

/// Whether a word may be written where HTML has names: letters, digits and hyphens. `script`, `style`, and attributes
/// that hold script or lead somewhere are written by functions of their own.
constexpr bool is_plain_name(std::string_view name)
{
    for (const std::string_view kept : {"script", "style", "href", "src", "srcdoc", "action", "formaction", "xlink"})
        if (name == kept)
            return false;
    if (name.empty() || name.starts_with("on"))
        return false;
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    return name.find_first_not_of(plain) == std::string_view::npos;
}

/// The name of an element or an attribute: known when this is compiled, so that no text can become one.
class Name {
public:
    consteval Name(const char* name) : text_{name}  // implicit: a literal is written where a name is meant
    {
        if (!is_plain_name(text_))
            throw "this is no name that may be written so";
    }
    constexpr std::string_view text() const { return text_; }

private:
    std::string_view text_;
};

struct Attribute {
    Name name;
    std::string value;  ///< any text
};
using Attributes = std::initializer_list<Attribute>;

/// A piece of HTML in which every element is closed. A string cannot become one but by text() and by the value of an
/// attribute, which escape it: markup is made by the functions below and by nothing else.
class Html {
public:
    Html() = default;

    Html& operator+=(const Html& more)
    {
        markup_ += more.markup_;
        return *this;
    }
    friend Html operator+(Html left, const Html& right)
    {
        left += right;
        return left;
    }
    bool empty() const { return markup_.empty(); }
    const std::string& markup() const { return markup_; }

private:
    friend class Markup;
    explicit Html(std::string markup) : markup_{std::move(markup)} {}

    std::string markup_;
};

/// Text as it is read: hidden characters and octets that are not UTF-8 shown as printable() shows them.
Html text(std::string_view text);

/// An element and what is in it.
Html element(Name name, Attributes attributes, const Html& content);
Html element(Name name, const Html& content);

/// The same with text in it.
Html element(Name name, Attributes attributes, std::string_view content);
Html element(Name name, std::string_view content);

/// An element that has no end: meta, input, br, col.
Html void_element(Name name, Attributes attributes);

/// A link to the element of this page with that id.
Html link_to(std::string_view id, Attributes attributes, const Html& content);

/// A link to a page elsewhere, that tells it nothing of this one; of any address but https and http, text alone.
Html link_out(std::string_view address, std::string_view content);

/// The page's style and its script, each the constant that the page's policy names by its digest.
Html style_element();
Html script_element();

/// `<!DOCTYPE html>` and the page's root, which holds everything.
std::string whole_page(const Html& head, const Html& body);

/// The end of a line between two elements, for people who read the source.
Html line_end();

}  // namespace waybill::html
