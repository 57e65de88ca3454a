// SPDX-License-Identifier: Apache-2.0 OR BSD-2-Clause OR GPL-2.0-only
// The kernel lends what this calls only to programs under a licence that goes with its own.
//
// Whose sockets and packets are: runs in the kernel (bpf(2)), attached by kernel_owners.cpp to a cgroup and to
// tracepoints. It decides nothing and changes nothing: every hook lets pass what it sees.
//
// Of the kernel's structures only the members that are read are written here; where they stand is found when the program
// is loaded (CO-RE), so a builder needs no kernel of its own.
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "capture/owner/kernel_event.h"

#define PF_KTHREAD 0x00200000
#define AF_INET 2
#define AF_INET6 10
#define AF_PACKET 17
#define ETH_P_IP 0x0800
#define ETH_P_IPV6 0x86dd
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_SCTP 132
#define IPPROTO_UDPLITE 136

#define KERNEL_STRUCT __attribute__((preserve_access_index))

struct ns_common {
    unsigned int inum;
} KERNEL_STRUCT;
struct pid_namespace {
    struct ns_common ns;
} KERNEL_STRUCT;
struct upid {
    int nr;
    struct pid_namespace *ns;
} KERNEL_STRUCT;
struct pid {
    unsigned int level;
    struct upid numbers[1];
} KERNEL_STRUCT;
struct net {
    struct ns_common ns;
} KERNEL_STRUCT;
struct nsproxy {
    struct net *net_ns;
} KERNEL_STRUCT;
struct mm_struct {
    unsigned long arg_start, arg_end;
} KERNEL_STRUCT;
typedef struct {
    int counter;
} atomic_t;
struct signal_struct {
    atomic_t live;
    int group_exit_code;
} KERNEL_STRUCT;
struct task_struct {
    int pid, tgid, exit_code;
    unsigned int flags;
    unsigned long long start_boottime;
    struct task_struct *group_leader, *real_parent;
    struct pid *thread_pid;
    struct mm_struct *mm;
    struct nsproxy *nsproxy;
    struct signal_struct *signal;
} KERNEL_STRUCT;
struct linux_binprm {
    const char *interp;
} KERNEL_STRUCT;
typedef struct {
    struct net *net;
} possible_net_t;
struct sock_common {
    unsigned short skc_family;
    possible_net_t skc_net;
} KERNEL_STRUCT;
struct sock {
    struct sock_common __sk_common;
    unsigned short sk_protocol;
} KERNEL_STRUCT;
struct sk_buff {
    struct sock *sk;
    unsigned int len;
    unsigned short protocol;
    unsigned short network_header;
    unsigned char *head;
} KERNEL_STRUCT;

// --- What the loader sets and what outlives an event.

const volatile struct kernel_config config;

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4 * 1024 * 1024);
} events SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 32 * 1024 * 1024);
} packets SEC(".maps");

__u64 losses[kernel_losses];  // which user space maps

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

// Remote ends of sockets that have several. One that is forgotten is told again.
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 65536);
    __type(key, struct told_key);
    __type(value, __u8);
} told SEC(".maps");

struct user_key {
    __u64 cookie;
    __u64 start;  // of the process
};

// Who uses sockets of several users.
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 16384);
    __type(key, struct user_key);
    __type(value, __u8);
} users SEC(".maps");

// Processes that began in the cgroup: they are followed where they go.
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 65536);
    __type(key, __u32);  // tgid
    __type(value, __u64);  // start
} followed SEC(".maps");

// --- Processes.

static __always_inline void count_loss(__u32 which, __u64 count)
{
    __sync_fetch_and_add(&losses[which], count);
}

// The task's number in our pid namespace and in its own, whose level is the highest (pid_namespaces(7): 32 at most).
static __always_inline void read_pids(struct task_struct *leader, struct kernel_process *process)
{
    struct pid *pid = BPF_CORE_READ(leader, thread_pid);
    const unsigned int level = BPF_CORE_READ(pid, level);
    const unsigned long step = bpf_core_type_size(struct upid);
    const char *numbers = (const char *)__builtin_preserve_access_index(&pid->numbers);
    for (unsigned int at = 0; at <= 32; ++at) {
        unsigned int inode = 0;
        if (at > level)
            break;
        struct upid *place = (struct upid *)(numbers + at * step);
        const int nr = BPF_CORE_READ(place, nr);
        inode = BPF_CORE_READ(place, ns, ns.inum);
        if (inode == config.pid_namespace)
            process->pid = nr;
        process->inner_pid = nr;
    }
}

static __always_inline struct kernel_process process_of(struct task_struct *task)
{
    struct kernel_process process = {};
    struct task_struct *leader = BPF_CORE_READ(task, group_leader);
    process.start = BPF_CORE_READ(leader, start_boottime);
    read_pids(leader, &process);
    return process;
}

static __always_inline struct kernel_process current_process(void)
{
    return process_of((struct task_struct *)bpf_get_current_task());
}

static __always_inline int is_same(const struct kernel_process *one, const struct kernel_process *other)
{
    return one->start == other->start && one->inner_pid == other->inner_pid;
}

static __always_inline int is_followed(void)
{
    if (config.cgroup == 0)
        return 1;
    if (bpf_get_current_ancestor_cgroup_id(config.cgroup_level) == config.cgroup)
        return 1;
    const __u32 tgid = bpf_get_current_pid_tgid() >> 32;
    return bpf_map_lookup_elem(&followed, &tgid) != 0;
}

static __always_inline void begin_event(struct kernel_event *event, __u32 kind)
{
    event->time = bpf_ktime_get_boot_ns();
    event->kind = kind;
}

static __always_inline void set_subject(struct kernel_event *event, struct kernel_process subject)
{
    event->subject = subject;
    event->cgroup = bpf_get_current_cgroup_id();
    event->uid = (__u32)bpf_get_current_uid_gid();
    bpf_get_current_comm(event->thread, sizeof event->thread);
}

#define RESERVE(type)                                                              \
    ({                                                                             \
        struct type *room = bpf_ringbuf_reserve(&events, sizeof(struct type), 0);  \
        if (room)                                                                  \
            __builtin_memset(room, 0, sizeof *room);                               \
        else                                                                       \
            count_loss(kernel_loss_event, 1);                                      \
        room;                                                                      \
    })

SEC("tp_btf/sched_process_fork")
int BPF_PROG(process_fork, struct task_struct *parent, struct task_struct *child)
{
    if (BPF_CORE_READ(child, pid) != BPF_CORE_READ(child, tgid) || BPF_CORE_READ(child, flags) & PF_KTHREAD)
        return 0;  // a thread of the same process, or of the kernel
    if (!is_followed())
        return 0;
    struct kernel_life_event *life = RESERVE(kernel_life_event);
    if (!life)
        return 0;
    begin_event(&life->event, kernel_event_fork);
    set_subject(&life->event, current_process());
    life->other = process_of(child);
    const __u32 tgid = BPF_CORE_READ(child, tgid);
    const __u64 start = life->other.start;
    bpf_ringbuf_submit(life, 0);
    if (config.cgroup != 0)
        bpf_map_update_elem(&followed, &tgid, &start, BPF_ANY);
    return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(process_exec, struct task_struct *task, int old_pid, struct linux_binprm *program)
{
    if (!is_followed())
        return 0;
    struct kernel_exec_event *exec = bpf_ringbuf_reserve(&events, sizeof *exec, 0);
    if (!exec) {
        count_loss(kernel_loss_event, 1);
        return 0;
    }
    __builtin_memset(exec, 0, __builtin_offsetof(struct kernel_exec_event, path));
    begin_event(&exec->event, kernel_event_exec);
    set_subject(&exec->event, process_of(task));
    exec->parent = process_of(BPF_CORE_READ(task, real_parent));
    const long path = bpf_probe_read_kernel_str(exec->path, sizeof exec->path, BPF_CORE_READ(program, interp));
    exec->path_octets = path > 0 ? path - 1 : 0;
    const unsigned long start = BPF_CORE_READ(task, mm, arg_start);
    const unsigned long end = BPF_CORE_READ(task, mm, arg_end);
    __u64 count = end > start ? end - start : 0;
    exec->all_argument_octets = count;
    if (count > kernel_argument_octets)
        count = kernel_argument_octets;
    if (bpf_probe_read_user(exec->arguments, count, (const void *)start) == 0)
        exec->argument_octets = count;
    bpf_ringbuf_submit(exec, 0);
    return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(process_exit, struct task_struct *task)
{
    if (BPF_CORE_READ(task, signal, live.counter) != 0 || !is_followed())
        return 0;  // other threads go on
    struct kernel_life_event *life = RESERVE(kernel_life_event);
    if (!life)
        return 0;
    begin_event(&life->event, kernel_event_exit);
    set_subject(&life->event, process_of(task));
    life->status = BPF_CORE_READ(task, exit_code);
    bpf_ringbuf_submit(life, 0);
    const __u32 tgid = BPF_CORE_READ(task, tgid);
    bpf_map_delete_elem(&followed, &tgid);
    return 0;
}

// --- Sockets.

static __always_inline __u32 current_network_namespace(void)
{
    struct task_struct *task = (struct task_struct *)bpf_get_current_task();
    return BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
}

SEC("cgroup/sock_create")
int socket_create(struct bpf_sock *socket)
{
    struct socket_owner *owner = bpf_sk_storage_get(&owners, socket, 0, BPF_SK_STORAGE_GET_F_CREATE);
    if (owner) {
        owner->creator = current_process();
        owner->network_namespace = current_network_namespace();
    }
    return 1;
}

static __always_inline struct socket_owner *owner_of_address(struct bpf_sock_addr *context)
{
    if (!context->sk)
        return 0;
    struct socket_owner *owner = bpf_sk_storage_get(&owners, context->sk, 0, 0);
    if (owner)
        return owner;
    owner = bpf_sk_storage_get(&owners, context->sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
    if (owner)
        owner->is_pre_existing = 1;
    return owner;
}

static __always_inline int note_connector(struct bpf_sock_addr *context)
{
    struct socket_owner *owner = owner_of_address(context);
    if (owner) {
        owner->connector = current_process();
        owner->is_told = 0;  // connected anew, it may be another process's flow to the same end
    }
    return 1;
}

static __always_inline int note_sender(struct bpf_sock_addr *context)
{
    struct socket_owner *owner = owner_of_address(context);
    if (owner)
        owner->user = current_process();
    return 1;
}

SEC("cgroup/connect4")
int socket_connect4(struct bpf_sock_addr *context)
{
    return note_connector(context);
}

SEC("cgroup/connect6")
int socket_connect6(struct bpf_sock_addr *context)
{
    return note_connector(context);
}

SEC("cgroup/sendmsg4")
int socket_sendmsg4(struct bpf_sock_addr *context)
{
    return note_sender(context);
}

SEC("cgroup/sendmsg6")
int socket_sendmsg6(struct bpf_sock_addr *context)
{
    return note_sender(context);
}

static __always_inline void copy_owner(struct kernel_socket_event *event, const struct socket_owner *owner)
{
    event->creator = owner->creator;
    event->connector = owner->connector;
    event->user = owner->user;
    event->network_namespace = owner->network_namespace;
    event->flags |= owner->is_pre_existing ? kernel_socket_pre_existing : 0;
}

// In the context of the process that sends or receives, also by write(2), sendfile(2), splice(2) and io_uring. Most
// sockets are used by who connected or made them: that is no event.
static __always_inline void note_use(struct sock *socket)
{
    const __u16 family = BPF_CORE_READ(socket, __sk_common.skc_family);
    if (family != AF_INET && family != AF_INET6 && family != AF_PACKET)
        return;
    struct socket_owner *owner = bpf_sk_storage_get(&owners, socket, 0, 0);
    if (!owner && !is_followed())
        return;
    if (!owner) {
        owner = bpf_sk_storage_get(&owners, socket, 0, BPF_SK_STORAGE_GET_F_CREATE);
        if (!owner)
            return;
        owner->is_pre_existing = family != AF_PACKET;  // of packet sockets no hook tells that they are made
    }
    const struct kernel_process user = current_process();
    if (is_same(&owner->user, &user))
        return;
    const int was_used = owner->user.start != 0;
    owner->user = user;
    owner->network_namespace = BPF_CORE_READ(socket, __sk_common.skc_net.net, ns.inum);
    const struct kernel_process *known = owner->connector.start ? &owner->connector : &owner->creator;
    if (!was_used && is_same(known, &user))
        return;
    const struct user_key key = {bpf_get_socket_cookie(socket), user.start};
    const __u8 one = 1;
    if (bpf_map_update_elem(&users, &key, &one, BPF_NOEXIST))
        return;  // told already
    struct kernel_socket_event *event = RESERVE(kernel_socket_event);
    if (!event)
        return;
    begin_event(&event->event, kernel_event_use);
    set_subject(&event->event, user);
    copy_owner(event, owner);
    event->flags |= was_used ? kernel_socket_used : 0;
    event->cookie = key.cookie;
    event->protocol = BPF_CORE_READ(socket, sk_protocol);
    bpf_ringbuf_submit(event, 0);
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(socket_send, struct sock *socket, int result, int flags)
{
    note_use(socket);
    return 0;
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(socket_receive, struct sock *socket, int result, int flags)
{
    note_use(socket);
    return 0;
}

// --- Packets.

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
static __always_inline int read_addresses(struct __sk_buff *skb, struct addresses *found)
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

static __always_inline int was_told(struct socket_owner *owner, const struct told_key *key)
{
    if (owner && owner->is_told && owner->told_cookie == key->cookie &&
        owner->told_remote_port == key->remote_port &&
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

static __always_inline void note_flow(struct __sk_buff *skb, int is_inbound)
{
    struct bpf_sock *socket = skb->sk ? bpf_sk_fullsock(skb->sk) : 0;
    struct addresses found = {};
    if (!socket || !read_addresses(skb, &found))
        return;
    struct socket_owner *owner = bpf_sk_storage_get(&owners, socket, 0, 0);
    struct told_key key = {};
    key.cookie = bpf_get_socket_cookie(skb);
    key.protocol = found.protocol;
    key.remote_port = is_inbound ? found.source_port : found.destination_port;
    __builtin_memcpy(key.remote, is_inbound ? found.source : found.destination, sizeof key.remote);
    if (was_told(owner, &key))
        return;
    struct kernel_socket_event *event = RESERVE(kernel_socket_event);
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

// A ring buffer gives room of sizes that are known when the program is checked: three, so that a packet without payload
// does not take the room of a hello.
#define SMALL_PACKET 128
#define MIDDLE_PACKET 512
#define LARGE_PACKET 4096

#define CAPTURE(room_octets)                                                                       \
    {                                                                                              \
        struct kernel_packet *packet = bpf_ringbuf_reserve(&packets, sizeof *packet + (room_octets), 0); \
        if (!packet) {                                                                             \
            count_loss(kernel_loss_packet, 1);                                                     \
            count_loss(kernel_loss_octets, skb->len);                                              \
            return;                                                                                \
        }                                                                                          \
        packet->time = bpf_ktime_get_boot_ns();                                                    \
        packet->cookie = bpf_get_socket_cookie(skb);                                               \
        packet->wire_length = skb->len;                                                            \
        packet->captured_length = length;                                                          \
        packet->interface = skb->ifindex;                                                          \
        packet->is_inbound = is_inbound;                                                           \
        if (length == 0 || length > (room_octets) || bpf_skb_load_bytes(skb, 0, packet + 1, length)) \
            packet->captured_length = 0;                                                           \
        bpf_ringbuf_submit(packet, 0);                                                             \
    }

static __always_inline void capture(struct __sk_buff *skb, int is_inbound)
{
    if (config.snaplen == 0)
        return;
    __u32 length = skb->len < config.snaplen ? skb->len : config.snaplen;
    if (length <= SMALL_PACKET) {
        CAPTURE(SMALL_PACKET)
    } else if (length <= MIDDLE_PACKET) {
        CAPTURE(MIDDLE_PACKET)
    } else {
        length = length > LARGE_PACKET ? LARGE_PACKET : length;
        CAPTURE(LARGE_PACKET)
    }
}

SEC("cgroup_skb/egress")
int packet_egress(struct __sk_buff *skb)
{
    note_flow(skb, 0);
    capture(skb, 0);
    return 1;
}

SEC("cgroup_skb/ingress")
int packet_ingress(struct __sk_buff *skb)
{
    note_flow(skb, 1);
    capture(skb, 1);
    return 1;
}

// What a packet socket sends goes past IP and its hooks; it is queued in the sender's context.
SEC("tp_btf/net_dev_queue")
int BPF_PROG(frame_queue, struct sk_buff *skb)
{
    struct sock *socket = skb->sk;
    if (!socket || BPF_CORE_READ(socket, __sk_common.skc_family) != AF_PACKET || !is_followed())
        return 0;
    struct kernel_socket_event *event = RESERVE(kernel_socket_event);
    if (!event)
        return 0;
    begin_event(&event->event, kernel_event_frame);
    set_subject(&event->event, current_process());
    event->user = event->event.subject;
    event->network_namespace = BPF_CORE_READ(socket, __sk_common.skc_net.net, ns.inum);
    const unsigned char *header = BPF_CORE_READ(skb, head) + BPF_CORE_READ(skb, network_header);
    const __u16 protocol = BPF_CORE_READ(skb, protocol);
    if (protocol == bpf_htons(ETH_P_IP)) {
        __u8 first = 0;
        event->family = AF_INET;
        bpf_probe_read_kernel(&first, 1, header);
        bpf_probe_read_kernel(&event->protocol, 1, header + 9);
        bpf_probe_read_kernel(event->local, 4, header + 12);
        bpf_probe_read_kernel(event->remote, 4, header + 16);
        header += (first & 0xf) * 4;
    } else if (protocol == bpf_htons(ETH_P_IPV6)) {
        event->family = AF_INET6;
        bpf_probe_read_kernel(&event->protocol, 1, header + 6);
        bpf_probe_read_kernel(event->local, 16, header + 8);
        bpf_probe_read_kernel(event->remote, 16, header + 24);
        header += 40;
    }
    if (event->family != 0 && has_ports(event->protocol)) {
        __u16 ports[2] = {};
        bpf_probe_read_kernel(ports, sizeof ports, header);
        event->local_port = bpf_ntohs(ports[0]);
        event->remote_port = bpf_ntohs(ports[1]);
    }
    bpf_ringbuf_submit(event, 0);
    return 0;
}

char program_license[] SEC("license") = "Dual BSD/GPL";
