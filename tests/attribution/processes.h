#pragma once

#include "tests/attribution/place.h"

/// A process that moves itself into a cgroup of its own below the one that it is in, as a container's first does.
void nested_cgroup(const Place& place);

/// The same with a network namespace of its own too, which a link joins to the one that it was in.
void nested_network(const Place& place);

/// Two processes after one another with one number, one port and one target: the second runs another program. Whom the
/// kernel does not let choose its children's numbers asks for it: by a file `number-wanted`, which somebody outside
/// takes away once the next process gets the number that stands in it.
void number_again(const Place& place);

/// From a port that belongs to the target's: what the processes of number_again() do.
void udp_bound(const Place& place);
