#include "logs/line_words.h"

#include <algorithm>

namespace waybill::logs {

std::vector<std::string_view> words_of(std::string_view line, std::size_t most)
{
    constexpr std::string_view blanks = " \t";
    std::vector<std::string_view> words;
    while (words.size() < most) {  // every turn takes a word
        line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
        if (line.empty())
            break;
        const std::size_t end =
            words.size() + 1 == most ? line.size() : std::min(line.find_first_of(blanks), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
    return words;
}

std::string_view behind(std::string_view text, std::string_view mark)
{
    const std::size_t at = text.find(mark);
    return at == std::string_view::npos ? std::string_view{} : text.substr(at + mark.size());
}

}  // namespace waybill::logs
