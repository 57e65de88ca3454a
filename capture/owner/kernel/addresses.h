// SPDX-License-Identifier: Apache-2.0 OR BSD-2-Clause OR GPL-2.0-only
// The ends of an IP packet.
#ifndef WAYBILL_CAPTURE_OWNER_KERNEL_ADDRESSES_H
#define WAYBILL_CAPTURE_OWNER_KERNEL_ADDRESSES_H

#include "capture/owner/kernel/helpers.h"
#include "capture/owner/kernel/structures.h"

struct addresses {
    __u8 source[16], destination[16];
    __u16 source_port, destination_port;
    __u16 family;
    __u8 protocol;
};

static __always_inline int has_ports(__u8 protocol)
{
    return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP ||
           protocol == IPPROTO_UDPLITE;
}

// The ends of an IP packet. Ports are 0 where a fragment or extension headers hide them.
static __always_inline int read_addresses(struct __sk_buff* skb, struct addresses* found)
{
    __u8 first = 0;
    __u32 transport = 0;
    if (bpf_skb_load_bytes(skb, 0, &first, 1))
        return 0;
    if (first >> 4 == 4) {
        __u16 fragment = 0;
        found->family = AF_INET;
        transport = (first & 0xf) * 4;
        if (bpf_skb_load_bytes(skb, 9, &found->protocol, 1) || bpf_skb_load_bytes(skb, 6, &fragment, 2) ||
            bpf_skb_load_bytes(skb, 12, found->source, 4) || bpf_skb_load_bytes(skb, 16, found->destination, 4))
            return 0;
        if (fragment & bpf_htons(0x1fff))
            return 0;  // not the first: the socket's flow was told by that
    } else if (first >> 4 == 6) {
        found->family = AF_INET6;
        transport = 40;
        if (bpf_skb_load_bytes(skb, 6, &found->protocol, 1) || bpf_skb_load_bytes(skb, 8, found->source, 16) ||
            bpf_skb_load_bytes(skb, 24, found->destination, 16))
            return 0;
    } else {
        return 0;
    }
    __u16 ports[2] = {};
    if (has_ports(found->protocol) && bpf_skb_load_bytes(skb, transport, ports, sizeof ports) == 0) {
        found->source_port = bpf_ntohs(ports[0]);
        found->destination_port = bpf_ntohs(ports[1]);
    }
    return 1;
}

#endif
