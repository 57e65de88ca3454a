// SPDX-License-Identifier: Apache-2.0 OR BSD-2-Clause OR GPL-2.0-only
// The first packet between a socket and a remote end.
#ifndef WAYBILL_CAPTURE_OWNER_KERNEL_FLOWS_H
#define WAYBILL_CAPTURE_OWNER_KERNEL_FLOWS_H

#include "capture/owner/kernel/addresses.h"
#include "capture/owner/kernel/events.h"
#include "capture/owner/kernel/sockets.h"

static __always_inline int was_told(struct socket_owner* owner, const struct told_key* key)
{
    if (owner && owner->is_told && owner->told_cookie == key->cookie && owner->told_remote_port == key->remote_port &&
        __builtin_memcmp(owner->told_remote, key->remote, sizeof key->remote) == 0)
        return 1;
    const int is_connected_anew = owner && !owner->is_told && owner->connector.start != 0;
    if (owner) {
        owner->is_told = 1;
        owner->told_cookie = key->cookie;
        owner->told_remote_port = key->remote_port;
        __builtin_memcpy(owner->told_remote, key->remote, sizeof key->remote);
    }
    const __u8 one = 1;
    if (!is_connected_anew && bpf_map_lookup_elem(&told, key))
        return 1;
    bpf_map_update_elem(&told, key, &one, BPF_ANY);
    return 0;
}

// `owner` is nothing for a socket that was there before.
static __always_inline void note_flow(struct __sk_buff* skb, struct socket_owner* owner, int is_inbound)
{
    struct addresses found = {};
    if (!read_addresses(skb, &found))
        return;
    struct told_key key = {};
    key.cookie = bpf_get_socket_cookie(skb);
    key.protocol = found.protocol;
    key.remote_port = is_inbound ? found.source_port : found.destination_port;
    __builtin_memcpy(key.remote, is_inbound ? found.source : found.destination, sizeof key.remote);
    if (was_told(owner, &key))
        return;
    struct kernel_socket_event* event = RESERVE(kernel_socket_event);
    if (!event)
        return;
    begin_event(&event->event, kernel_event_flow);
    if (owner)
        copy_owner(event, owner);
    else
        event->flags |= kernel_socket_pre_existing;
    event->flags |= is_inbound ? kernel_socket_inbound : 0;
    event->cookie = key.cookie;
    event->family = found.family;
    event->protocol = found.protocol;
    event->local_port = is_inbound ? found.destination_port : found.source_port;
    event->remote_port = key.remote_port;
    __builtin_memcpy(event->local, is_inbound ? found.destination : found.source, sizeof event->local);
    __builtin_memcpy(event->remote, key.remote, sizeof event->remote);
    bpf_ringbuf_submit(event, 0);
}

#endif
