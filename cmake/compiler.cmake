# One INTERFACE target carries what every translation unit of ours is compiled with; nothing is set globally.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(WAYBILL_SANITIZE "Address and undefined-behaviour sanitizers" OFF)
option(WAYBILL_FUZZ "libFuzzer targets (clang only)" OFF)

add_library(waybill_options INTERFACE)
target_include_directories(waybill_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(waybill_options INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Wnon-virtual-dtor
    -Woverloaded-virtual -Wnull-dereference -Werror -fno-strict-overflow)
target_compile_definitions(waybill_options INTERFACE _GLIBCXX_ASSERTIONS WAYBILL_VERSION="${PROJECT_VERSION}")

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 reports false positives of these in libstdc++'s own std::string and std::variant at -O2 and with sanitizers.
    target_compile_options(waybill_options INTERFACE -Wno-null-dereference -Wno-maybe-uninitialized -Wno-restrict
        -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # libstdc++ 12's own std::stable_sort uses std::get_temporary_buffer, which it declares deprecated.
    target_compile_options(waybill_options INTERFACE -Wno-deprecated-declarations)
endif()

if(WAYBILL_SANITIZE)
    target_compile_options(waybill_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
        -fno-omit-frame-pointer)
    target_link_options(waybill_options INTERFACE -fsanitize=address,undefined)
endif()
if(WAYBILL_FUZZ)
    target_compile_options(waybill_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_definitions(waybill_options INTERFACE _FORTIFY_SOURCE=2)
    target_compile_options(waybill_options INTERFACE -fstack-protector-strong -fstack-clash-protection
        -fcf-protection)
    target_link_options(waybill_options INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
    # All of it becomes one program. CMake would compile the libraries as for a shared one (-fPIC), where no function that
    # another file can see is inlined, for it might be replaced when the program starts.
    target_compile_options(waybill_options INTERFACE -fPIE)
    target_link_options(waybill_options INTERFACE -pie)
endif()

find_program(WAYBILL_CCACHE ccache)
if(WAYBILL_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${WAYBILL_CCACHE})
endif()
