// SPDX-License-Identifier: Apache-2.0 OR BSD-2-Clause OR GPL-2.0-only
// What the loader sets, and what outlives an event.
#ifndef WAYBILL_CAPTURE_OWNER_KERNEL_STATE_H
#define WAYBILL_CAPTURE_OWNER_KERNEL_STATE_H

#include "capture/owner/kernel/helpers.h"
#include "capture/owner/kernel_config.h"
#include "capture/owner/kernel_event.h"

const volatile struct kernel_config config;

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4 * 1024 * 1024);
} events SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 32 * 1024 * 1024);
} packets SEC(".maps");

struct kernel_counts counts;

// What is known of a socket. A socket that a listening one accepts begins with a copy of the listener's.
struct socket_owner {
    struct kernel_process creator, connector, user;
    __u64 told_cookie;  // the remote end that was told last, as most sockets have one alone; of which socket, as this
    __u8 told_remote[16];  // may be a copy of a listener's
    __u16 told_remote_port;
    __u8 is_told;
    __u8 is_pre_existing;
    __u32 network_namespace;
};

struct {
    __uint(type, BPF_MAP_TYPE_SK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
    __type(key, int);
    __type(value, struct socket_owner);
} owners SEC(".maps");

struct told_key {
    __u64 cookie;
    __u8 remote[16];
    __u16 remote_port;
    __u8 protocol;
    __u8 reserved[5];
};

// What was told already, in tables that forget the least recently used when they are full: what is forgotten is told
// again, and what cannot be noted is told each time, so that nothing is lost by it. A repeated event names the same
// processes, which the analysis takes once (analyze/owner/, analyze/proxy/); datagrams to a UNIX socket count again.

// Remote ends of sockets that have several.
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 65536);
    __type(key, struct told_key);
    __type(value, __u8);
} told SEC(".maps");

struct user_key {
    __u64 cookie;
    __u64 start;  // of the process; 0: the socket itself
};

// Who uses sockets of several users, and sockets of which nothing is kept.
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 16384);
    __type(key, struct user_key);
    __type(value, __u8);
} users SEC(".maps");

// Who was told to speak to a UNIX socket, by its own one.
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 16384);
    __type(key, struct user_key);
    __type(value, __u8);
} local_told SEC(".maps");

enum place {
    place_inside = 1,  // of the watched cgroup
    place_outside,
};

// Processes that began in the cgroup or came into it: they are followed where they go. Not one may be forgotten while
// it lives, so one for which there is no room is a counted loss.
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 65536);
    __type(key, __u32);   // tgid
    __type(value, __u8);  // enum place
} followed SEC(".maps");

#endif
