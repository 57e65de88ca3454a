/* What owner.bpf.c puts into its ring buffers: read by a C++ program on the same machine, so in its byte order. The
   compiler of the kernel's side knows C alone. */
#ifndef WAYBILL_CAPTURE_OWNER_KERNEL_EVENT_H
#define WAYBILL_CAPTURE_OWNER_KERNEL_EVENT_H

#include <linux/types.h>

// NOLINTBEGIN(readability-identifier-naming): names as C has them, for both sides

/* A process: its number can be used again, its start can't. */
struct kernel_process {
    __u64 start;     /* nanoseconds since boot, suspended time included; 0: not known */
    __u32 pid;       /* in the pid namespace of kernel_config, 0 where that does not see the process */
    __u32 inner_pid; /* in the process's own pid namespace: what getpid(2) tells it */
};

enum kernel_event_kind {
    kernel_event_fork = 1, /* a process began as a copy of `subject`'s: kernel_life_event */
    kernel_event_exec,     /* a process executes a program: kernel_exec_event */
    kernel_event_exit,     /* the last thread of a process ended: kernel_life_event */
    kernel_event_flow,     /* the first packet of a socket to or from a remote end: kernel_socket_event */
    kernel_event_use,      /* a process sends or receives on a socket that it neither made nor connected */
    kernel_event_local,    /* a process calls a UNIX socket, or octets pass: kernel_local_event */
    kernel_event_frame,    /* a packet socket (packet(7)) sends a frame: kernel_socket_event */
    kernel_event_left,     /* a followed process is outside of the watched cgroup now: kernel_life_event */
};

struct kernel_event {
    __u64 time;                    /* nanoseconds since boot, suspended time included (CLOCK_BOOTTIME) */
    struct kernel_process subject; /* whose doing it is; of a flow, of which the packet may be the kernel's, nobody */
    __u32 kind;                    /* enum kernel_event_kind */
    __u32 uid;                     /* of the subject */
};

struct kernel_life_event {
    struct kernel_event event;
    struct kernel_process other; /* of a fork the child; of an exit nobody */
    __s32 status;                /* of an exit, as wait(2) gives it */
    __u32 reserved;
};

enum kernel_bound {
    kernel_path_octets = 512,
    kernel_argument_octets = 4096,
};

struct kernel_exec_event {
    struct kernel_event event;
    struct kernel_process parent;
    __u32 path_octets;         /* without the zero at its end */
    __u32 argument_octets;     /* how many were copied: strings, each with its zero (proc(5), cmdline) */
    __u32 all_argument_octets; /* how many there are */
    __u32 reserved;
    __u64 cgroup;                  /* in the cgroup v2 hierarchy: the inode of its folder */
    char path[kernel_path_octets]; /* of what runs: of a script its interpreter, as its first line names it */
    char arguments[kernel_argument_octets];
};

struct kernel_socket_event {
    struct kernel_event event;
    struct kernel_process creator;   /* socket(2), or who made the listening socket that accepted it */
    struct kernel_process connector; /* connect(2) */
    struct kernel_process user;      /* who sent or received last, as far as it is known by now */
    __u64 cookie;                    /* SO_COOKIE: the socket's number, never used again */
    __u32 network_namespace;         /* its inode; 0: not known */
    __u16 family;                    /* of `local` and `remote`: AF_INET, AF_INET6; else no addresses are known */
    __u8 protocol;                   /* IP protocol number of the packet */
    __u8 flags;
    __u16 local_port; /* host byte order; 0 where the protocol has none */
    __u16 remote_port;
    __u32 reserved;
    __u8 local[16]; /* network byte order; of IPv4 the first four */
    __u8 remote[16];
};

enum {
    kernel_name_octets = 108, /* sun_path of a sockaddr_un (unix(7)) */
};

struct kernel_local_event {
    struct kernel_event event;
    struct kernel_process listener; /* who listens; without its start where it is gone by now, nobody where not known */
    __u64 cookie;                   /* of the subject's socket */
    __u32 type;                     /* SOCK_STREAM and so on */
    __u32 is_answered;              /* octets passed; else it is only called */
    __u32 name_octets;
    __u32 is_inside;               /* the listener, of datagrams the other socket, is of the watched cgroup */
    char name[kernel_name_octets]; /* a path, with or without a zero at its end; or an abstract name behind a zero */
    __u32 padding;
};

enum kernel_socket_flag {
    kernel_socket_pre_existing = 1, /* it was there before the programs were */
    kernel_socket_inbound = 2,      /* the packet came in */
    kernel_socket_used = 4,         /* of a use: the connector, else the creator, used it last before */
};

/* One packet of a socket in the cgroup, as IP gave it to or took it from the link layer. Its octets follow. */
struct kernel_packet {
    __u64 time;            /* nanoseconds since boot */
    __u32 wire_length;     /* octets of the IP packet */
    __u32 captured_length; /* of these, in `octets` */
    __u32 interface;       /* index in the socket's network namespace */
    __u32 is_inbound;
    __u32 network_namespace; /* its inode; 0: not known */
    __u32 reserved;
};

/* What is lost, counted where it happens: indexes into kernel_counts.losses. */
enum kernel_loss {
    kernel_loss_event,   /* the ring buffer of events was full */
    kernel_loss_packet,  /* the ring buffer of packets was full */
    kernel_loss_octets,  /* IP octets of lost packets */
    kernel_loss_process, /* a process is not followed, as there was no room to note it */
    kernel_loss_socket,  /* of a socket nothing is kept, as there was no room for it */
    kernel_losses,
};

enum kernel_way {
    kernel_way_out,
    kernel_way_in,
    kernel_ways,
};

/* Packets of the cgroup's sockets, counted before anything else is done with them. */
struct kernel_traffic {
    __u64 packets[kernel_ways];
    __u64 octets[kernel_ways]; /* of IP */
    __u64 reserved[4];         /* a processor's counts are a cache line of their own */
};

enum { kernel_traffic_places = 64 }; /* processors beyond share them */

/* What the kernel counts, and user space maps. */
struct kernel_counts {
    struct kernel_traffic traffic[kernel_traffic_places];
    __u64 losses[kernel_losses];
};

// NOLINTEND(readability-identifier-naming)

#endif
