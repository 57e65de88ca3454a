// The functions of libpcap that are used here, under their own names: the library is loaded with the first call. Each
// is declared by the library's own header, so that a type that differs does not compile.
#include <pcap/pcap.h>

#include "capture/deferred/libraries.h"

namespace waybill {

DeferredLibrary& libpcap()
{
    static DeferredLibrary library{WAYBILL_LIBPCAP};
    return library;
}

}  // namespace waybill

using waybill::libpcap;

extern "C" {
int pcap_activate(pcap_t* handle)
{
    return libpcap().call<&pcap_activate>("pcap_activate", handle);
}
void pcap_close(pcap_t* handle)
{
    libpcap().call<&pcap_close>("pcap_close", handle);
}
int pcap_compile(pcap_t* handle, bpf_program* program, const char* expression, int optimize, bpf_u_int32 netmask)
{
    return libpcap().call<&pcap_compile>("pcap_compile", handle, program, expression, optimize, netmask);
}
pcap_t* pcap_create(const char* source, char* reason)
{
    return libpcap().call<&pcap_create>("pcap_create", source, reason);
}
int pcap_datalink(pcap_t* handle)
{
    return libpcap().call<&pcap_datalink>("pcap_datalink", handle);
}
int pcap_dispatch(pcap_t* handle, int count, pcap_handler handler, u_char* user)
{
    return libpcap().call<&pcap_dispatch>("pcap_dispatch", handle, count, handler, user);
}
int pcap_fileno(pcap_t* handle)
{
    return libpcap().call<&pcap_fileno>("pcap_fileno", handle);
}
void pcap_freecode(bpf_program* program)
{
    libpcap().call<&pcap_freecode>("pcap_freecode", program);
}
int pcap_get_selectable_fd(pcap_t* handle)
{
    return libpcap().call<&pcap_get_selectable_fd>("pcap_get_selectable_fd", handle);
}
char* pcap_geterr(pcap_t* handle)
{
    return libpcap().call<&pcap_geterr>("pcap_geterr", handle);
}
int pcap_offline_filter(const bpf_program* program, const pcap_pkthdr* header, const u_char* octets)
{
    return libpcap().call<&pcap_offline_filter>("pcap_offline_filter", program, header, octets);
}
pcap_t* pcap_open_dead(int link_type, int snaplen)
{
    return libpcap().call<&pcap_open_dead>("pcap_open_dead", link_type, snaplen);
}
int pcap_set_buffer_size(pcap_t* handle, int octets)
{
    return libpcap().call<&pcap_set_buffer_size>("pcap_set_buffer_size", handle, octets);
}
int pcap_set_promisc(pcap_t* handle, int promiscuous)
{
    return libpcap().call<&pcap_set_promisc>("pcap_set_promisc", handle, promiscuous);
}
int pcap_set_snaplen(pcap_t* handle, int snaplen)
{
    return libpcap().call<&pcap_set_snaplen>("pcap_set_snaplen", handle, snaplen);
}
int pcap_set_timeout(pcap_t* handle, int milliseconds)
{
    return libpcap().call<&pcap_set_timeout>("pcap_set_timeout", handle, milliseconds);
}
int pcap_set_tstamp_precision(pcap_t* handle, int precision)
{
    return libpcap().call<&pcap_set_tstamp_precision>("pcap_set_tstamp_precision", handle, precision);
}
int pcap_set_datalink(pcap_t* handle, int link_type)
{
    return libpcap().call<&pcap_set_datalink>("pcap_set_datalink", handle, link_type);
}
int pcap_setfilter(pcap_t* handle, bpf_program* program)
{
    return libpcap().call<&pcap_setfilter>("pcap_setfilter", handle, program);
}
int pcap_setnonblock(pcap_t* handle, int nonblock, char* reason)
{
    return libpcap().call<&pcap_setnonblock>("pcap_setnonblock", handle, nonblock, reason);
}
int pcap_snapshot(pcap_t* handle)
{
    return libpcap().call<&pcap_snapshot>("pcap_snapshot", handle);
}
int pcap_stats(pcap_t* handle, pcap_stat* counts)
{
    return libpcap().call<&pcap_stats>("pcap_stats", handle, counts);
}
const char* pcap_statustostr(int status)
{
    return libpcap().call<&pcap_statustostr>("pcap_statustostr", status);
}
}
