#include "base/markdown_text.h"

#include <doctest/doctest.h>

#include <string>

using namespace waybill;

TEST_CASE("text in Markdown shows as that text, without mark-up, links or mentions")
{
    struct Row {
        const char* text;
        const char* markdown;
    };
    const Row rows[] = {
        {"in 3 of 3 runs", "in 3 of 3 runs"},
        {"out: 1.9 kB", "out: 1.9 kB"},
        {"a|b", R"(a\|b)"},
        {"<script>", R"(\<script\>)"},
        {"**a** _b_ `c`", R"(\*\*a\*\* \_b\_ \`c\`)"},
        {"[a](b)", R"(\[a\](b))"},
        {"http://a.example", R"(http\://a.example)"},
        {"www.a.example", R"(www\.a.example)"},
        {"@acme", "@<!-- -->acme"},
        {"&lt; $x$ #12", R"(\&lt; \$x\$ \#12)"},
        {"a\\b\n", R"(a\\b\\x0a)"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(markdown_text(row.text) == row.markdown);
    }
}

TEST_CASE("code in Markdown has a fence longer than any in it, and ends no cell")
{
    CHECK(markdown_code("a.example:443") == "`a.example:443`");
    CHECK(markdown_code("a`b") == "``a`b``");
    CHECK(markdown_code("`a``b") == "``` `a``b ```");
    CHECK(markdown_code("a|b") == R"(`a\|b`)");
    CHECK(markdown_code("").size() > 2);
    CHECK_FALSE(markdown_code("a\nb").contains('\n'));
}

TEST_CASE("code in Markdown begins no command of a job's log")
{
    CHECK(markdown_code("a##[error]b") == R"(`a#\x23[error]b`)");
    CHECK(markdown_text("a##[error]b") == R"(a\#\\x23\[error\]b)");
}
