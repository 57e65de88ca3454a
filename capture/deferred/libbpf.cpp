// The functions of libbpf that are used here, under their own names: the library is loaded with the first call. Each is
// declared by the library's own header, so that a type that differs does not compile.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "capture/deferred/libraries.h"

namespace waybill {

DeferredLibrary& libbpf()
{
    static DeferredLibrary library{WAYBILL_LIBBPF};
    return library;
}

}  // namespace waybill

using waybill::libbpf;

extern "C" {
bpf_link* bpf_program__attach(const bpf_program* program)
{
    return libbpf().call<&bpf_program__attach>("bpf_program__attach", program);
}
bpf_link* bpf_program__attach_cgroup(const bpf_program* program, int cgroup)
{
    return libbpf().call<&bpf_program__attach_cgroup>("bpf_program__attach_cgroup", program, cgroup);
}
bool bpf_program__autoload(const bpf_program* program)
{
    return libbpf().call<&bpf_program__autoload>("bpf_program__autoload", program);
}
const char* bpf_program__name(const bpf_program* program)
{
    return libbpf().call<&bpf_program__name>("bpf_program__name", program);
}
const char* bpf_program__section_name(const bpf_program* program)
{
    return libbpf().call<&bpf_program__section_name>("bpf_program__section_name", program);
}
int bpf_program__set_autoload(bpf_program* program, bool autoload)
{
    return libbpf().call<&bpf_program__set_autoload>("bpf_program__set_autoload", program, autoload);
}
int bpf_iter_create(int link)
{
    return libbpf().call<&bpf_iter_create>("bpf_iter_create", link);
}
int bpf_link__fd(const bpf_link* link)
{
    return libbpf().call<&bpf_link__fd>("bpf_link__fd", link);
}
int bpf_map_update_elem(int map, const void* key, const void* value, __u64 flags)
{
    return libbpf().call<&bpf_map_update_elem>("bpf_map_update_elem", map, key, value, flags);
}
int bpf_program__set_expected_attach_type(bpf_program* program, bpf_attach_type type)
{
    return libbpf().call<&bpf_program__set_expected_attach_type>("bpf_program__set_expected_attach_type", program,
                                                                 type);
}
int bpf_program__set_type(bpf_program* program, bpf_prog_type type)
{
    return libbpf().call<&bpf_program__set_type>("bpf_program__set_type", program, type);
}
int bpf_link__destroy(bpf_link* link)
{
    return libbpf().call<&bpf_link__destroy>("bpf_link__destroy", link);
}
int bpf_map__fd(const bpf_map* map)
{
    return libbpf().call<&bpf_map__fd>("bpf_map__fd", map);
}
const void* bpf_map__initial_value(bpf_map* map, size_t* octets)
{
    return libbpf().call<&bpf_map__initial_value>("bpf_map__initial_value", map, octets);
}
int bpf_map__set_initial_value(bpf_map* map, const void* value, size_t octets)
{
    return libbpf().call<&bpf_map__set_initial_value>("bpf_map__set_initial_value", map, value, octets);
}
int bpf_map__set_max_entries(bpf_map* map, __u32 count)
{
    return libbpf().call<&bpf_map__set_max_entries>("bpf_map__set_max_entries", map, count);
}
void bpf_object__close(bpf_object* object)
{
    libbpf().call<&bpf_object__close>("bpf_object__close", object);
}
bpf_map* bpf_object__find_map_by_name(const bpf_object* object, const char* name)
{
    return libbpf().call<&bpf_object__find_map_by_name>("bpf_object__find_map_by_name", object, name);
}
int bpf_object__load(bpf_object* object)
{
    return libbpf().call<&bpf_object__load>("bpf_object__load", object);
}
bpf_program* bpf_object__next_program(const bpf_object* object, bpf_program* program)
{
    return libbpf().call<&bpf_object__next_program>("bpf_object__next_program", object, program);
}
bpf_object* bpf_object__open_mem(const void* octets, size_t count, const bpf_object_open_opts* options)
{
    return libbpf().call<&bpf_object__open_mem>("bpf_object__open_mem", octets, count, options);
}
libbpf_print_fn_t libbpf_set_print(libbpf_print_fn_t function)
{
    return libbpf().call<&libbpf_set_print>("libbpf_set_print", function);
}
int ring_buffer__consume(ring_buffer* buffer)
{
    return libbpf().call<&ring_buffer__consume>("ring_buffer__consume", buffer);
}
int ring_buffer__epoll_fd(const ring_buffer* buffer)
{
    return libbpf().call<&ring_buffer__epoll_fd>("ring_buffer__epoll_fd", buffer);
}
void ring_buffer__free(ring_buffer* buffer)
{
    libbpf().call<&ring_buffer__free>("ring_buffer__free", buffer);
}
ring_buffer* ring_buffer__new(int map, ring_buffer_sample_fn deliver, void* context, const ring_buffer_opts* options)
{
    return libbpf().call<&ring_buffer__new>("ring_buffer__new", map, deliver, context, options);
}
}
