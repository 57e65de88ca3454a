#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "rules/statistics/correction.h"
#include "rules/statistics/distributions.h"
#include "rules/statistics/permutation.h"
#include "rules/statistics/presence.h"
#include "rules/statistics/repeats.h"

using namespace waybill::statistics;
using doctest::Approx;

namespace {

Approx near(double value)
{
    return Approx{value}.epsilon(1e-9);
}

using Values = std::vector<std::int64_t>;

/// In how many ways `part` of `all` can be chosen.
double ways(std::uint32_t all, std::uint32_t part)
{
    double product = 1;
    for (std::uint32_t i = 1; i <= part; ++i)
        product = product * (all - part + i) / i;
    return product;
}

}  // namespace

TEST_CASE("Fisher's exact test gives the values of published examples")
{
    using enum Alternative;
    struct Row {
        const char* source;
        Presence first;
        Presence second;
        Alternative alternative;
        double p;
    };
    // Those of R are its fisher.test() with the rows as arms; fractions are counted by hand from binomials.
    const Row rows[] = {
        {"Fisher's tea drinker (R: 0.2429)", {1, 4}, {3, 4}, higher, 17.0 / 70},
        {"the same, two-sided (R: 0.4857)", {1, 4}, {3, 4}, different, 34.0 / 70},
        {"Fisher's twins (R: 0.0004652)", {15, 18}, {2, 12}, lower, 0.0004651809},
        {"the same, two-sided (R: 0.0005367)", {15, 18}, {2, 12}, different, 0.0005367241},
        {"scipy's whales and sharks (0.0350)", {8, 10}, {1, 6}, different, 0.03496503496503495},
        {"ten of ten and none of ten", {10, 10}, {0, 10}, lower, 1.0 / 184756},
        {"the same, two-sided", {10, 10}, {0, 10}, different, 2.0 / 184756},
        {"ten of ten and five of ten", {10, 10}, {5, 10}, lower, 252.0 / 15504},
        {"three of three and none of three", {3, 3}, {0, 3}, lower, 1.0 / 20},
        {"no difference", {10, 10}, {10, 10}, lower, 1},
        {"an arm without runs", {3, 3}, {0, 0}, lower, 1},
        {"the other direction", {0, 10}, {10, 10}, lower, 1},
    };
    for (const Row& row : rows) {
        CAPTURE(row.source);
        CHECK(fisher_exact(row.first, row.second, row.alternative) == Approx{row.p}.epsilon(1e-6));
    }
}

TEST_CASE("the least value of Fisher's test depends on the pooled counts alone")
{
    using enum Alternative;
    for (std::uint32_t second = 0; second <= 6; ++second) {
        CAPTURE(second);
        CHECK(least_fisher_exact({6 - second, 8}, {second, 8}, lower) == near(fisher_exact({6, 8}, {0, 8}, lower)));
        CHECK(least_fisher_exact({6 - second, 8}, {second, 8}, different) ==
              near(fisher_exact({6, 8}, {0, 8}, different)));
        CHECK(least_fisher_exact({6 - second, 8}, {second, 8}, higher) == near(fisher_exact({0, 8}, {6, 8}, higher)));
    }
    CHECK(least_fisher_exact({4, 4}, {4, 4}, lower) == near(1));
    CHECK(least_fisher_exact({1, 0}, {4, 4}, lower) == near(1));
}

TEST_CASE("one-sided values of every table sum up to one with the table's own probability counted twice")
{
    for (std::uint32_t first = 0; first <= 7; ++first)
        for (std::uint32_t second = 0; second <= 9; ++second) {
            const Presence one{first, 7};
            const Presence two{second, 9};
            const double twice =
                fisher_exact(one, two, Alternative::lower) + fisher_exact(one, two, Alternative::higher);
            CHECK(twice == near(1 + ways(7, first) * ways(9, second) / ways(16, first + second)));
        }
}

TEST_CASE("exact bounds are those of Clopper and Pearson")
{
    // R: binom.test(682, 925) gives 0.7076683 and 0.7654066, binom.test(2, 10) 0.02521073 and 0.5560955.
    CHECK(lower_bound(682, 925, 0.025) == Approx{0.7076683}.epsilon(1e-6));
    CHECK(upper_bound(682, 925, 0.025) == Approx{0.7654066}.epsilon(1e-6));
    CHECK(lower_bound(2, 10, 0.025) == Approx{0.02521073}.epsilon(1e-6));
    CHECK(upper_bound(2, 10, 0.025) == Approx{0.5560955}.epsilon(1e-6));
    // None of n: 1 - 0.05^(1/n), of which "the rule of three" is the approximation.
    CHECK(upper_bound(0, 10, 0.05) == Approx{0.2588656}.epsilon(1e-6));
    CHECK(upper_bound(0, 100, 0.05) == Approx{0.0295130}.epsilon(1e-5));
    CHECK(lower_bound(10, 10, 0.05) == Approx{0.7411344}.epsilon(1e-6));
    CHECK(lower_bound(0, 10, 0.05) == 0);
    CHECK(upper_bound(10, 10, 0.05) == 1);
    CHECK(lower_bound(0, 0, 0.05) == 0);
    CHECK(upper_bound(0, 0, 0.05) == 1);
}

TEST_CASE("the largest drop needs enough runs before it is small")
{
    CHECK(largest_drop({10, 10}, {10, 10}) == Approx{1 - 0.7042}.epsilon(1e-3));
    CHECK(largest_drop({10, 10}, {10, 10}) < 0.3);
    CHECK(largest_drop({9, 9}, {9, 9}) > 0.3);
    CHECK(largest_drop({3, 3}, {3, 3}) > 0.6);
    CHECK(largest_drop({0, 10}, {10, 10}) < 0);
    CHECK(largest_drop({10, 10}, {0, 10}) == 1);
}

TEST_CASE("a permutation test gives the share of splits")
{
    using enum Alternative;
    struct Row {
        const char* what;
        Values first;
        Values second;
        Alternative alternative;
        double p;
        std::uint64_t splits;
    };
    const Row rows[] = {
        {"apart", {5, 6, 7}, {1, 2, 3}, lower, 1.0 / 20, 20},
        {"apart, two-sided", {5, 6, 7}, {1, 2, 3}, different, 2.0 / 20, 20},
        {"apart, the other direction", {5, 6, 7}, {1, 2, 3}, higher, 1, 20},
        {"all the same", {4, 4, 4}, {4, 4, 4}, lower, 1, 20},
        {"samples of different sizes", {10, 20, 30, 40}, {1}, lower, 1.0 / 5, 5},
        {"of different sizes, two-sided", {1, 2, 3, 4}, {10}, different, 1.0 / 5, 5},
        {"ties at the border", {5, 5, 7}, {1, 5, 2}, lower, 3.0 / 20, 20},
        {"nothing to compare", {1, 2}, {}, lower, 1, 0},
        // Ernst, Permutation methods (2004), 2.1: the largest difference of means of 35 splits but two.
        {"published", {37, 49, 55, 57}, {23, 31, 46}, lower, 2.0 / 35, 35},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const PermutationResult result = permutation_test(row.first, row.second, row.alternative);
        CHECK(result.p == near(row.p));
        CHECK(result.splits == row.splits);
        CHECK(result.is_exact);
    }
}

TEST_CASE("ten and ten values are split in every way, and more are drawn from the same seed")
{
    Values first;
    Values second;
    for (std::int64_t i = 0; i < 10; ++i) {
        first.push_back(1000 + i);
        second.push_back(500 + i);
    }
    const PermutationResult exact = permutation_test(first, second, Alternative::lower);
    CHECK(exact.is_exact);
    CHECK(exact.splits == 184'756);
    CHECK(exact.p == near(1.0 / 184'756));

    first.push_back(1000);
    second.push_back(500);
    const PermutationResult drawn = permutation_test(first, second, Alternative::lower);
    CHECK_FALSE(drawn.is_exact);
    CHECK(drawn.splits == drawn_splits);
    CHECK(drawn.p >= 1.0 / (drawn_splits + 1));
    CHECK(drawn.p < 1e-4);
    CHECK(permutation_test(first, second, Alternative::lower).p == drawn.p);
}

TEST_CASE("drawn splits come near to what all splits would give")
{
    // Ones and zeros make the test Fisher's, which knows the value: 9 of 12 and 4 of 12.
    Values first(12, 0);
    Values second(12, 0);
    std::fill_n(first.begin(), 9, 1);
    std::fill_n(second.begin(), 4, 1);
    const PermutationResult drawn = permutation_test(first, second, Alternative::lower);
    REQUIRE_FALSE(drawn.is_exact);
    const double exact = fisher_exact({9, 12}, {4, 12}, Alternative::lower);
    CHECK(drawn.p == Approx{exact}.epsilon(0.03));
}

TEST_CASE("the least value of a permutation test is that of the split that is furthest apart")
{
    using enum Alternative;
    struct Row {
        const char* what;
        Values first;
        Values second;
    };
    const Row rows[] = {
        {"mixed", {1, 9, 3, 7}, {2, 8, 5}},    {"ties", {1, 5, 5, 5}, {5, 5, 8}},
        {"all the same", {5, 5, 5}, {5, 5}},   {"of one size", {4, 1, 6}, {3, 5, 2}},
        {"skewed", {1, 1, 1, 1}, {100, 1, 1}},
    };
    for (const Row& row : rows)
        for (const Alternative alternative : {lower, higher, different}) {
            CAPTURE(row.what);
            Values pool = row.first;
            pool.insert(pool.end(), row.second.begin(), row.second.end());
            std::ranges::sort(pool);
            const auto part = static_cast<std::ptrdiff_t>(row.second.size());
            const double low = permutation_test(Values(pool.begin() + part, pool.end()),
                                                Values(pool.begin(), pool.begin() + part), alternative)
                                   .p;
            const double high = permutation_test(Values(pool.begin(), pool.end() - part),
                                                 Values(pool.end() - part, pool.end()), alternative)
                                    .p;
            CHECK(least_permutation(row.first, row.second, alternative) == near(std::min(low, high)));
        }
    CHECK(least_permutation(Values(30, 1), Values(30, 2), lower) == near(1.0 / (drawn_splits + 1)));
    CHECK(least_permutation(Values(30, 1), Values(30, 1), lower) == 1);
    CHECK(least_permutation({}, Values(3, 1), lower) == 1);
}

TEST_CASE("Holm's correction is that of R")
{
    const std::vector<double> in_order{0.01, 0.02, 0.03, 0.04, 0.05};
    const std::vector<double> mixed{0.03, 0.005, 0.04, 0.9};
    const double corrected[] = {0.05, 0.08, 0.09, 0.09, 0.09};  // p.adjust(x, "holm")
    const double corrected_mixed[] = {0.09, 0.02, 0.09, 0.9};
    for (std::size_t i = 0; i < in_order.size(); ++i)
        CHECK(holm(in_order)[i] == near(corrected[i]));
    for (std::size_t i = 0; i < mixed.size(); ++i)
        CHECK(holm(mixed)[i] == near(corrected_mixed[i]));
    CHECK(holm(std::vector<double>{0.7, 0.8}) == std::vector<double>{1, 1});
    CHECK(holm({}).empty());
}

TEST_CASE("a test that cannot get below the level is no part of the family")
{
    CHECK(can_reach(std::vector<double>{0.001, 0.05, 0.2}, 0.05) == std::vector<bool>{true, false, false});
    CHECK(can_reach({}, 0.05).empty());
}

TEST_CASE("the repeats that a verdict needs follow from the observed rates")
{
    using enum Alternative;
    CHECK(repeats_for_difference(Presence{3, 3}, Presence{0, 3}, lower, 0.05) == 4);
    CHECK(repeats_for_difference(Presence{10, 10}, Presence{5, 10}, lower, 0.05) == 8);
    CHECK(repeats_for_difference(Presence{10, 10}, Presence{10, 10}, lower, 0.05) == std::nullopt);
    CHECK(repeats_for_difference(Presence{0, 0}, Presence{1, 2}, lower, 0.05) == std::nullopt);
    CHECK(repeats_for_margin({3, 3}, {3, 3}, 0.3) == 10);
    CHECK(repeats_for_margin({3, 3}, {0, 3}, 0.3) == std::nullopt);
    CHECK(repeats_for_difference(Values{5, 6, 7}, Values{1, 2, 3}, lower, 0.05) == 4);
    CHECK(repeats_for_difference(Values{5, 6, 7}, Values{5, 6, 7}, lower, 0.05) == std::nullopt);
    CHECK(repeats_for_difference(Values{5, 6, 7}, Values{8, 9, 10}, lower, 0.05) == std::nullopt);
    // 1.6449^2 * (2 * 100) / 5^2 = 21.6
    CHECK(repeats_for_difference(Values{90, 100, 110}, Values{85, 95, 105}, lower, 0.05) == 22);
}

TEST_CASE("Fisher's exact test takes no noticeable time with many runs")
{
    // A thousand tables of up to a thousand counts each: Boost's own probabilities took minutes.
    const auto begun = std::chrono::steady_clock::now();
    CHECK(repeats_for_difference(Presence{10, 20}, Presence{9, 20}, Alternative::lower, 1e-9) == std::nullopt);
    CHECK(repeats_for_difference(Presence{5, 10}, Presence{5, 10}, Alternative::lower, 0.05) == std::nullopt);
    CHECK(repeats_for_difference(Presence{4, 10}, Presence{5, 10}, Alternative::lower, 0.05) == std::nullopt);
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds{1});
    // By whole numbers: the sum of C(1000, k) C(1000, 980 - k) up to k = 480, by C(2000, 980).
    CHECK(fisher_exact({520, 1020}, {480, 980}, Alternative::lower) == near(0.1976998390470136));
    CHECK(fisher_exact({3, 3}, {0, 3}, Alternative::lower) == 0.05);  // to the last bit: that is not below the level
}

TEST_CASE("the largest values that may be are added up and compared without overflow")
{
    const std::int64_t most = most_addend(20);
    const Values large(10, most);
    const Values small(10, 1);
    CHECK(permutation_test(large, small, Alternative::lower).p == near(1.0 / 184'756));
    CHECK(permutation_test(large, small, Alternative::different).p == near(2.0 / 184'756));
    CHECK(permutation_test(large, large, Alternative::different).p == 1);
    CHECK(least_permutation(large, small, Alternative::different) == near(2.0 / 184'756));
    CHECK(addends(std::vector<std::uint64_t>{5, ~0ULL}, most) == Values{5, most});
    CHECK(most_addend(0) == most_addend(1));
}

TEST_CASE("splits are counted up to a limit")
{
    CHECK(count_splits(20, 10, 1'000'000) == 184'756);
    CHECK(count_splits(5, 0, 10) == 1);
    CHECK(count_splits(40, 20, 200'001) == 200'001);
}
