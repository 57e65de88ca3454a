// SPDX-License-Identifier: Apache-2.0 OR BSD-2-Clause OR GPL-2.0-only
// Who uses a socket.
#ifndef WAYBILL_CAPTURE_OWNER_KERNEL_USERS_H
#define WAYBILL_CAPTURE_OWNER_KERNEL_USERS_H

#include "capture/owner/kernel/events.h"
#include "capture/owner/kernel/helpers.h"

static __always_inline void copy_owner(struct kernel_socket_event* event, const struct socket_owner* owner)
{
    event->creator = owner->creator;
    event->connector = owner->connector;
    event->user = owner->user;
    event->network_namespace = owner->network_namespace;
    event->flags |= owner->is_pre_existing ? kernel_socket_pre_existing : 0;
}

// Another process than the last one, the one at hand, sends or receives. Most sockets are used by who connected or made
// them: that is no event.
static __always_inline void note_user(struct socket_owner* owner, const struct kernel_process* user, __u64 cookie,
                                      __u8 protocol)
{
    const struct kernel_process before = owner->user;
    owner->user = *user;
    const struct kernel_process* known = owner->connector.start ? &owner->connector : &owner->creator;
    if (!before.start && is_same(known, user))
        return;
    if (is_noted(&users, cookie, user->start))
        return;
    struct kernel_socket_event* event = RESERVE(kernel_socket_event);
    if (!event)
        return;
    begin_event(&event->event, kernel_event_use);
    set_subject(&event->event, *user);
    copy_owner(event, owner);
    event->flags |= known->start && is_same(known, &before) ? kernel_socket_used : 0;
    event->cookie = cookie;
    event->protocol = protocol;
    bpf_ringbuf_submit(event, 0);
}

#endif
