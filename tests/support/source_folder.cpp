#include "tests/support/source_folder.h"

namespace waybill::test {

std::filesystem::path source_folder()
{
    return WAYBILL_SOURCE_FOLDER;
}

}  // namespace waybill::test
