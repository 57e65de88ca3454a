// SPDX-License-Identifier: Apache-2.0 OR BSD-2-Clause OR GPL-2.0-only
// The kernel lends what this calls only to programs under a licence that goes with its own.
//
// Whose sockets and packets are: runs in the kernel (bpf(2)), attached by kernel_owners.cpp to a cgroup and to
// tracepoints. It decides nothing and changes nothing: every hook lets pass what it sees.
#include "capture/owner/kernel/existing.h"
#include "capture/owner/kernel/frames.h"
#include "capture/owner/kernel/packets.h"
#include "capture/owner/kernel/processes.h"
#include "capture/owner/kernel/sockets.h"

char program_license[] SEC("license") = "Dual BSD/GPL";
