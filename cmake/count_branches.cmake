# Analyses generated captures with `program`, which counts its branches, and leaves the counts where the compiler looks for
# them: beside the objects that are compiled by them (cmake/profile.cmake).
file(GLOB_RECURSE old ${counts}/*.gcda)
if(old)
    file(REMOVE ${old})
endif()

string(REGEX MATCHALL "/" levels ${objects})
list(LENGTH levels levels)
set(ENV{GCOV_PREFIX} ${counts})
set(ENV{GCOV_PREFIX_STRIP} ${levels})
set(ENV{WAYBILL_PACKS} ${rules})
set(ENV{XDG_CONFIG_HOME} ${training})  # the user's own packs are not to be counted

foreach(capture "many;--flows;20000" "mixed;--octets;20000000")
    list(POP_FRONT capture kind)
    set(file ${training}/${kind}.pcap)
    execute_process(COMMAND ${generator} ${kind} ${file} ${capture} OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
    foreach(format text ndjson)
        execute_process(COMMAND ${program} analyze --format ${format} ${file}
                        OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
    endforeach()
    file(REMOVE ${file})
endforeach()
file(TOUCH ${training}/counted.h)
