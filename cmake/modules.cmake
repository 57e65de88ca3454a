# waybill_module(NAME LINK libraries...): every .cpp below NAME/ but the fuzz targets, as the library waybill::NAME.
function(waybill_sources folder result)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
    list(FILTER sources EXCLUDE REGEX "_fuzz\\.cpp$")
    set(${result} ${sources} PARENT_SCOPE)
endfunction()

function(waybill_module name)
    cmake_parse_arguments(module "" "" "LINK" ${ARGN})
    waybill_sources(${name} sources)
    waybill_leave_profiled(sources)
    add_library(waybill_${name} STATIC ${sources})
    add_library(waybill::${name} ALIAS waybill_${name})
    target_link_libraries(waybill_${name} PUBLIC ${module_LINK} PRIVATE waybill_options)
endfunction()

# Puts the octets of SOURCE into the module as waybill::NAME.
function(waybill_embedded module source name)
    set(embedded ${CMAKE_CURRENT_BINARY_DIR}/embedded/${name}.cpp)
    file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/embedded)
    add_custom_command(
        OUTPUT ${embedded}
        COMMAND ${CMAKE_COMMAND} -D INPUT=${PROJECT_SOURCE_DIR}/${source} -D OUTPUT=${embedded} -D NAME=${name}
                -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
        DEPENDS ${PROJECT_SOURCE_DIR}/${source} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
        COMMENT "Embedding ${source}" VERBATIM)
    target_sources(waybill_${module} PRIVATE ${embedded})
endfunction()

# A library that only some commands need: its headers, and its name for the loader as WAYBILL_<NAME>. It is not linked
# (base/deferred_library.h). `package` is the prefix of pkg_check_modules().
function(waybill_deferred module package name)
    list(GET ${package}_LINK_LIBRARIES 0 library)
    execute_process(COMMAND ${CMAKE_OBJDUMP} -p ${library} OUTPUT_VARIABLE headers COMMAND_ERROR_IS_FATAL ANY)
    if(NOT headers MATCHES "SONAME +([^ \n]+)")
        message(FATAL_ERROR "${library} has no name for the loader")
    endif()
    target_compile_definitions(waybill_${module} PRIVATE WAYBILL_${name}="${CMAKE_MATCH_1}")
    target_include_directories(waybill_${module} SYSTEM PUBLIC ${${package}_INCLUDE_DIRS})
    target_link_libraries(waybill_${module} PUBLIC ${CMAKE_DL_LIBS})
endfunction()

function(waybill_program folder)
    cmake_parse_arguments(program "" "NAME" "LINK" ${ARGN})
    waybill_sources(${folder} sources)
    add_library(waybill_${folder} OBJECT ${sources})
    target_link_libraries(waybill_${folder} PRIVATE ${program_LINK} waybill_options)
    add_executable(${program_NAME} $<TARGET_OBJECTS:waybill_${folder}>)
    target_link_libraries(${program_NAME} PRIVATE ${program_LINK} waybill_options)
    waybill_add_profiled(${program_NAME} waybill_${folder} LINK ${program_LINK})
    set_target_properties(${program_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endfunction()

# A program beside the main one, of a few modules. What these have that is compiled by a profile is in no library.
function(waybill_small_program folder)
    cmake_parse_arguments(program "" "NAME" "LINK" ${ARGN})
    waybill_sources(${folder} sources)
    if(WAYBILL_PROFILE)
        set(profiled ${WAYBILL_PROFILED_SOURCES})
        list(FILTER profiled INCLUDE REGEX "^base/")
        list(APPEND sources ${profiled})
    endif()
    add_executable(${program_NAME} ${sources})
    target_link_libraries(${program_NAME} PRIVATE ${program_LINK} waybill_options)
    set_target_properties(${program_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endfunction()

# Each *_fuzz.cpp is a libFuzzer program of that name, built by the `fuzz` preset.
function(waybill_fuzz_targets)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/*_fuzz.cpp)
    foreach(source ${sources})
        get_filename_component(target ${source} NAME_WE)
        add_executable(${target} ${source})
        target_link_libraries(${target} PRIVATE waybill::capture waybill::analyze waybill::logs waybill::rules
                              waybill::report waybill::evidence waybill_options)
        target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    endforeach()
endfunction()
