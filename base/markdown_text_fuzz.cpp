#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "base/cursor.h"
#include "base/markdown_text.h"
#include "base/text.h"

namespace {

constexpr std::string_view marks = "`*_[]<>#|~&$";
constexpr std::string_view broken_mention = "<!-- -->";

/// What a reader sees of it. No mark stands there without its escape but the comment that breaks a mention.
std::string seen(std::string_view markdown)
{
    std::string text;
    while (!markdown.empty()) {  // every turn takes at least one octet
        if (text.ends_with('@') && !markdown.starts_with(broken_mention))
            std::abort();  // it would mention somebody
        if (markdown.starts_with(broken_mention)) {
            if (!text.ends_with('@'))
                std::abort();
            markdown.remove_prefix(broken_mention.size());
            if (markdown.empty())
                break;
        }
        if (markdown.starts_with('\\'))
            markdown.remove_prefix(1);
        else if (marks.contains(markdown.front()))
            std::abort();  // it would be mark-up
        if (markdown.empty())
            std::abort();  // an escape of nothing, which would take what follows the text
        text += markdown.front();
        markdown.remove_prefix(1);
    }
    return text;
}

}  // namespace

/// Text in Markdown reads as the text that was meant, made printable; code is in one fence that nothing in it ends.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = waybill::as_text(std::as_bytes(std::span{data, size}));
    const std::string meant = waybill::printable(text);
    if (seen(waybill::markdown_text(text)) != meant)
        std::abort();
    const std::string code = waybill::markdown_code(text);
    const std::string fence = code.substr(0, code.find_first_not_of('`'));
    if (fence.empty() || !code.ends_with(fence) || code.size() <= 2 * fence.size())
        std::abort();
    const std::string_view content = std::string_view{code}.substr(fence.size(), code.size() - 2 * fence.size());
    if (content.contains(fence) || waybill::printable(content) != content)
        std::abort();
    return 0;
}
