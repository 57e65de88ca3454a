#include "tests/support/scratch_folder.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

namespace waybill::test {

ScratchFolder::ScratchFolder()
{
    std::string name = (std::filesystem::temp_directory_path() / "waybill-test-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = std::filesystem::canonical(name);
    std::filesystem::permissions(path_, std::filesystem::perms::all);
}

ScratchFolder::~ScratchFolder()
{
    std::error_code problem;
    std::filesystem::remove_all(path_, problem);
}

std::filesystem::path ScratchFolder::write(const std::filesystem::path& name, std::string_view text) const
{
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream{path_ / name, std::ios::binary} << text;
    return path_ / name;
}

}  // namespace waybill::test
