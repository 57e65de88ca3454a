#include "report/html/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <string_view>

#include "base/base64.h"
#include "base/cursor.h"
#include "base/digest.h"
#include "report/columns.h"
#include "report/html/constants.h"
#include "report/html/fragment.h"
#include "report/html/sections.h"
#include "report/json.h"
#include "report/words.h"

namespace waybill {
namespace html {
namespace {

/// The page lists so many rows of endpoints; two more sum up the rest.
constexpr FoldLimits listed{std::numeric_limits<std::size_t>::max(), 0, 400, 200};

Bytes octets_of(std::string_view text)
{
    return std::as_bytes(std::span{text});
}

/// What the page may do (Content Security Policy Level 3): show its own style and run its own script.
std::string security_policy()
{
    return fmt::format(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        to_base64(sha256(octets_of(page_style()))), to_base64(sha256(octets_of(page_script()))));
}

Html head(const Report& report)
{
    constexpr std::size_t title_columns = 40;
    Html head;
    head += void_element("meta", {{"charset", "utf-8"}}) + line_end();
    head +=
        void_element("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", security_policy()}}) + line_end();
    head +=
        void_element("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}) + line_end();
    head += void_element("meta", {{"name", "color-scheme"}, {"content", "light dark"}}) + line_end();
    head += void_element("meta", {{"name", "referrer"}, {"content", "no-referrer"}}) + line_end();
    head += element("title", "Waybill: " + shortened(subject_text(report), title_columns)) + line_end();
    return head + style_element() + line_end();
}

struct Place {
    std::string_view id;
    std::string_view word;
};
constexpr std::array places{Place{"purposes", "Purposes"},   Place{"endpoints", "Endpoints"},
                            Place{"processes", "Processes"}, Place{"time", "Time"},
                            Place{"bytes", "Bytes"},         Place{"differences", "Differences"},
                            Place{"findings", "Findings"},   Place{"method", "Method"},
                            Place{"limits", "Limits"},       Place{"verify", "Verify"}};

/// Links to those of the sections that the page has.
Html navigation(const Html& main)
{
    Html items;
    for (const Place& place : places)
        if (main.markup().contains(fmt::format("<section id=\"{}\"", place.id)))
            items += element("li", link_to(place.id, {}, text(place.word)));
    return element("nav", {{"aria-label", "Sections"}}, element("ul", items)) + line_end();
}

Html body(PageSubject& subject)
{
    Html main = element("div", {{"class", "first"}}, completeness(subject) + purposes(subject));
    main += endpoints(subject);
    main += sources(subject);
    main += processes(subject);
    main += time_line(subject);
    main += volumes(subject);
    main += differences(subject);
    main += findings(subject);
    main += method(subject);
    main += limits(subject);
    main += verification(subject, sha256_hex(octets_of(report_to_json(subject.report))));
    Html body = link_to("main", {{"class", "skip"}}, text("To the report")) + line_end();
    body += element("header", overview(subject) + navigation(main)) + line_end();
    body += element("main", {{"id", "main"}}, line_end() + main) + line_end();
    return body + script_element() + line_end();
}

}  // namespace

std::string purpose_class(const Report& report, const Rating& rating)
{
    constexpr std::size_t colours = 8;  // of the style, beside p0 and the last one, which the rest share
    if (!rating.is_cited())
        return "p0";
    std::size_t place = 1;
    for (const PurposeTotal& total : report.purposes) {
        if (!total.cited)
            continue;
        if (total.purposes == rating.purposes)
            break;
        ++place;
    }
    return fmt::format("p{}", std::min(place, colours + 1));
}

std::string purposes_text(const Rating& rating)
{
    if (!rating.is_cited())
        return "no cited purpose";
    std::string words;
    for (const Purpose purpose : rating.purposes)
        words += fmt::format("{}{}", words.empty() ? "" : ", ", waybill::text(purpose));
    return words;
}

}  // namespace html

std::string report_to_html(const Report& report, const HtmlStyle& style)
{
    html::PageSubject subject{report, style.verdict, style.differences};
    subject.rows = style.all ? unfolded(report) : fold(report, html::listed);
    return html::whole_page(html::head(report), html::body(subject));
}

}  // namespace waybill
