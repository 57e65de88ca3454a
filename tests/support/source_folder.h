#pragma once

#include <filesystem>

namespace waybill::test {

/// The project's root folder: rule packs and documents are tested as they stand there.
std::filesystem::path source_folder();

}  // namespace waybill::test
