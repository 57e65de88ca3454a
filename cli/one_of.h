#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>

namespace waybill {

/// Takes one of the table's words; CLI11's own transformer would show the values, which are no text, in its messages.
template <class Value>
CLI::Validator one_of(const std::map<std::string, Value>& words)
{
    std::string list;
    for (const auto& [word, value] : words)
        list += (list.empty() ? "" : ", ") + word;
    return {[words, list](std::string& input) -> std::string {
                const auto found = words.find(input);
                if (found == words.end())
                    return input + " is not one of: " + list;
                input = std::to_string(static_cast<int>(found->second));
                return {};
            },
            ""};
}

/// Lets only the table's words pass.
template <class Value>
CLI::Validator known_word(const std::map<std::string, Value>& words)
{
    const CLI::Validator one = one_of(words);
    return {[one](std::string& input) -> std::string {
                std::string word = input;
                return one(word);
            },
            ""};
}

}  // namespace waybill
