# waybill_kernel_program(MODULE SOURCE): compiles SOURCE (C) for the kernel's virtual machine (bpf(2)) and puts the object
# into the module as waybill::<name>_object, declared by what uses it. The program finds its kernel's structures when it is
# loaded, so that building needs no kernel's headers but the public ones.
find_program(WAYBILL_BPF_COMPILER clang-19 REQUIRED)

function(waybill_kernel_program module source)
    get_filename_component(name ${source} NAME_WE)
    set(object ${CMAKE_CURRENT_BINARY_DIR}/kernel/${name}.bpf.o)
    set(embedded ${CMAKE_CURRENT_BINARY_DIR}/kernel/${name}_object.cpp)
    file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/kernel)
    # -g is for the types (BTF), by which the loader finds where the kernel at hand has them.
    add_custom_command(
        OUTPUT ${embedded}
        COMMAND ${WAYBILL_BPF_COMPILER} -target bpf -mcpu=v3 -O2 -g -Wall -Wextra -Werror -Wno-unused-parameter
                -I/usr/include/${CMAKE_CXX_LIBRARY_ARCHITECTURE} -I${PROJECT_SOURCE_DIR} -MD -MF ${object}.d -MT ${embedded}
                -fdebug-prefix-map=${PROJECT_SOURCE_DIR}=. -c ${PROJECT_SOURCE_DIR}/${source} -o ${object}
        COMMAND ${CMAKE_COMMAND} -D INPUT=${object} -D OUTPUT=${embedded} -D NAME=${name}_object
                -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
        DEPENDS ${PROJECT_SOURCE_DIR}/${source} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
        DEPFILE ${object}.d
        COMMENT "Compiling ${source} for the kernel" VERBATIM)
    target_sources(waybill_${module} PRIVATE ${embedded})
endfunction()
