// SPDX-License-Identifier: Apache-2.0 OR BSD-2-Clause OR GPL-2.0-only
// UNIX sockets (unix(7)) that followed processes speak to.
#ifndef WAYBILL_CAPTURE_OWNER_KERNEL_LOCAL_SOCKETS_H
#define WAYBILL_CAPTURE_OWNER_KERNEL_LOCAL_SOCKETS_H

#include "capture/owner/kernel/events.h"
#include "capture/owner/kernel/helpers.h"
#include "capture/owner/kernel/local_names.h"

#define DATAGRAMS (1ULL << 63)  // tells a socket that sends datagrams from itself as it receives an answer

void* bpf_cast_to_kern_ctx(void* context) __ksym __weak;  // Linux 6.2

// Where every process is in the recording, none is outside of it; of a part of them that has no cgroup it is not told.
static __always_inline int watches_local_sockets(void)
{
    return config.cgroup_level != 0;
}

// What is sent to or received from a socket that has a name, by one that has none: a client's, for the socket of an
// accepted connection has the listener's name, and its client none.
static __always_inline void note_local(struct sock* socket, int result)
{
    if (!watches_local_sockets() || result <= 0 || !is_followed())  // nothing passed, or the end of it
        return;
    struct unix_sock* own = (struct unix_sock*)socket;
    struct sock* peer = BPF_CORE_READ(own, peer);
    if (!peer)
        return;
    struct unix_address* address = BPF_CORE_READ((struct unix_sock*)peer, addr);
    const __u16 type = BPF_CORE_READ(socket, sk_type);
    const int has_name = BPF_CORE_READ(own, addr) != 0;
    if (!address || (has_name && type != SOCK_DGRAM))
        return;
    if (type == SOCK_DGRAM && !knows_ancestors())
        return;  // whose the other socket is cannot be told
    const struct kernel_process subject = current_process();
    const __u64 cookie = bpf_get_socket_cookie(socket);
    const __u64 end = cookie ^ (__u64)peer;  // a socket can have several, one after another
    if (is_noted(&local_told, end, subject.start))
        return;
    struct kernel_local_event* event = RESERVE(kernel_local_event);
    if (!event)
        return;
    begin_event(&event->event, kernel_event_local);
    set_subject(&event->event, subject);
    event->cookie = cookie;
    event->type = type;
    event->is_answered = 1;
    set_listener(event, socket);
    if (type == SOCK_DGRAM)  // the other socket is the server's own, not one made in the client's name
        event->is_inside = is_watched(BPF_CORE_READ(peer, sk_cgrp_data.cgroup));
    const void* name = __builtin_preserve_access_index(&address->name);
    set_name(event, name + FAMILY_OCTETS, BPF_CORE_READ(address, len) - FAMILY_OCTETS);
    bpf_ringbuf_submit(event, 0);
}

// A name that is called or sent to, before it is known whether anybody is there.
static __always_inline int note_local_call(struct bpf_sock_addr* context, int is_datagram)
{
    if (!watches_local_sockets() || is_left_out() || !bpf_cast_to_kern_ctx)
        return 1;
    struct bpf_sock_addr_kern* call = bpf_cast_to_kern_ctx(context);
    struct sock* socket = BPF_CORE_READ(call, sk);
    const void* name = BPF_CORE_READ(call, uaddr);
    const int octets = BPF_CORE_READ(call, uaddrlen);
    const struct kernel_process subject = current_process();
    const __u64 cookie = bpf_get_socket_cookie(context);
    const __u64 called = DATAGRAMS ^ hash_of_name(name + FAMILY_OCTETS, octets - FAMILY_OCTETS);
    if (is_datagram && is_noted(&local_told, cookie ^ called, subject.start))
        return 1;
    struct kernel_local_event* event = RESERVE(kernel_local_event);
    if (!event)
        return 1;
    begin_event(&event->event, kernel_event_local);
    set_subject(&event->event, subject);
    event->cookie = cookie;
    event->type = BPF_CORE_READ(socket, sk_type);
    set_name(event, name + FAMILY_OCTETS, octets - FAMILY_OCTETS);
    bpf_ringbuf_submit(event, 0);
    return 1;
}

SEC("cgroup/connect_unix")
int local_connect(struct bpf_sock_addr* context)
{
    return note_local_call(context, 0);
}

SEC("cgroup/sendmsg_unix")
int local_sendmsg(struct bpf_sock_addr* context)
{
    return note_local_call(context, 1);
}

#endif
