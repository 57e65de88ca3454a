# A release is compiled for how often its branches are taken. What every packet passes through is compiled twice: first to
# count branches while generated captures are analysed (cmake/count_branches.cmake), then by those counts. The captures
# come from a seed and the counting program hashes with a fixed key, so that the same sources give the same program.
#
# Only the sources named here take part, for each of them is compiled once more. They are in no library then, but linked
# into the program by themselves: a library that held them would have to be there before its own profile is.
option(WAYBILL_PROFILE "Compile what every packet passes through by a profile of generated captures (g++)" OFF)

set(WAYBILL_PROFILED_SOURCES
    base/decimal.cpp base/digest.cpp base/json_pieces.cpp base/text_buffer.cpp
    model/address.cpp model/flow_facts.cpp model/shared_text.cpp model/time.cpp model/time_writer.cpp
    wire/dns_event.cpp wire/dns_message.cpp wire/dns_name.cpp wire/dns_rdata.cpp wire/tls_client_hello.cpp
    wire/tls_fingerprint.cpp wire/tls_hello_assembler.cpp wire/tls_record.cpp wire/tls_server_hello.cpp wire/tunnel.cpp
    capture/reader/open_capture.cpp capture/reader/pcap_reader.cpp
    analyze/analysis.cpp analyze/analysis_dissect.cpp analyze/analysis_end.cpp
    analyze/contact/contacts.cpp analyze/contact/endpoint_choice.cpp analyze/decode/plain_headers.cpp
    analyze/dissect/detect.cpp analyze/dissect/observation.cpp analyze/dissect/tcp_connection.cpp
    analyze/dissect/tls_stream.cpp
    analyze/flow/flow_record.cpp analyze/flow/flow_slab.cpp analyze/flow/flow_table.cpp analyze/flow/tcp_stream.cpp
    analyze/name/dns_cache.cpp analyze/name/dns_cache_entries.cpp analyze/name/hash_index.cpp analyze/name/text_pool.cpp
    report/events.cpp report/tls_members.cpp)

# Takes the profiled sources out of a module's.
function(waybill_leave_profiled variable)
    if(WAYBILL_PROFILE)
        list(TRANSFORM WAYBILL_PROFILED_SOURCES PREPEND ${PROJECT_SOURCE_DIR}/)
        list(REMOVE_ITEM ${variable} ${WAYBILL_PROFILED_SOURCES})
        set(${variable} ${${variable}} PARENT_SCOPE)
    endif()
endfunction()

# One set of objects of the profiled sources. A compiler's cache does not know what a profile says.
function(waybill_profiled_objects name)
    cmake_parse_arguments(objects "" "" "OPTIONS;LINK" ${ARGN})
    list(TRANSFORM WAYBILL_PROFILED_SOURCES PREPEND ${PROJECT_SOURCE_DIR}/)
    add_library(${name} OBJECT ${WAYBILL_PROFILED_SOURCES})
    target_link_libraries(${name} PRIVATE ${objects_LINK} waybill_options)
    target_compile_options(${name} PRIVATE ${objects_OPTIONS})
    set_target_properties(${name} PROPERTIES CXX_COMPILER_LAUNCHER "")
endfunction()

# Adds the profiled sources to a program that is made of a library of objects and other libraries.
function(waybill_add_profiled program objects)
    if(NOT WAYBILL_PROFILE)
        return()
    endif()
    cmake_parse_arguments(program "" "" "LINK" ${ARGN})
    set(training ${CMAKE_BINARY_DIR}/training)
    set(profiled ${CMAKE_BINARY_DIR}/CMakeFiles/waybill_profiled.dir)

    waybill_profiled_objects(waybill_counting LINK ${program_LINK} OPTIONS -fprofile-generate -fprofile-update=single)
    file(CONFIGURE OUTPUT ${training}/fixed_hash_seed.cpp CONTENT "// In place of what analyze/name/hash_seed.cpp draws.
#include \"analyze/name/hash_seed.h\"
std::uint64_t waybill::hash_seed()
{
    return 1;
}
")
    add_executable(waybill_counting_program ${training}/fixed_hash_seed.cpp)
    target_link_libraries(waybill_counting_program PRIVATE ${objects} waybill_counting ${program_LINK} waybill_options)
    target_link_options(waybill_counting_program PRIVATE -fprofile-generate)

    # An empty header stands for the counts, so that new ones compile the objects again.
    add_custom_command(
        OUTPUT ${training}/counted.h
        COMMAND ${CMAKE_COMMAND} -D program=$<TARGET_FILE:waybill_counting_program>
                -D generator=$<TARGET_FILE:waybill_generate> -D rules=${PROJECT_SOURCE_DIR}/rules/packs
                -D objects=${CMAKE_BINARY_DIR}/CMakeFiles/waybill_counting.dir -D counts=${profiled}
                -D training=${training} -P ${PROJECT_SOURCE_DIR}/cmake/count_branches.cmake
        DEPENDS waybill_counting_program waybill_generate ${PROJECT_SOURCE_DIR}/cmake/count_branches.cmake
        COMMENT "Counting branches" VERBATIM)
    # They are compiled as one when they are linked, since it is known which call which how often: with the same options.
    set(by_counts -flto=auto -fprofile-use -fprofile-correction -fprofile-partial-training -Wno-missing-profile)
    waybill_profiled_objects(waybill_profiled LINK ${program_LINK} OPTIONS ${by_counts} -include ${training}/counted.h)
    target_sources(waybill_profiled PRIVATE ${training}/counted.h)
    target_link_libraries(${program} PRIVATE waybill_profiled)
    target_link_options(${program} PRIVATE ${by_counts} -Wno-stringop-overflow)  # as cmake/compiler.cmake has it
endfunction()
