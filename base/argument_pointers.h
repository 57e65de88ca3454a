#pragma once

#include <string>
#include <vector>

namespace waybill {

/// What execve(2) takes of words: a pointer to each, borrowed, and a null pointer.
inline std::vector<char*> argument_pointers(std::vector<std::string>& words)
{
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (std::string& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return pointers;
}

}  // namespace waybill
