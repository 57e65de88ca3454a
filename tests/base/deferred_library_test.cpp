#include "base/deferred_library.h"

#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>

using waybill::DeferredLibrary;

TEST_CASE("a deferred library is loaded with the first call and gives what its function gives")
{
    DeferredLibrary libm{"libm.so.6"};
    using Cosine = double (*)(double);
    CHECK(libm.call<static_cast<Cosine>(&std::cos)>("cos", 0.0) == 1.0);
    CHECK(libm.load().has_value());
}

TEST_CASE("a library or function that is not there is told by its name")
{
    DeferredLibrary absent{"libwaybill-absent.so.1"};
    const auto loaded = absent.load();
    REQUIRE_FALSE(loaded.has_value());
    CHECK(loaded.error().contains("libwaybill-absent.so.1"));
    DeferredLibrary libm{"libm.so.6"};
    using Sine = double (*)(double);
    CHECK_THROWS_WITH_AS(libm.call<static_cast<Sine>(&std::sin)>("waybill_absent", 0.0),
                         doctest::Contains("waybill_absent"), std::runtime_error);
}
