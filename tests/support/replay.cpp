// Gives a fuzz target every file of its corpus, once, in the ordinary build.
#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv)
{
    const std::vector<const char*> arguments(argv, argv + argc);  // NOLINT: main's own arguments
    std::size_t replayed = 0;
    for (std::size_t i = 1; i < arguments.size(); ++i)
        for (const auto& entry : std::filesystem::directory_iterator{arguments[i]}) {
            std::ifstream file{entry.path(), std::ios::binary};
            const std::vector<char> text{std::istreambuf_iterator<char>{file}, {}};
            const std::vector<std::uint8_t> octets(text.begin(), text.end());
            LLVMFuzzerTestOneInput(octets.data(), octets.size());
            ++replayed;
        }
    fmt::print("{} inputs replayed\n", replayed);
    return replayed == 0 ? 1 : 0;
}
