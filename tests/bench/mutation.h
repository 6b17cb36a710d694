/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a mutator changes in each packet before it hands it on: mutate.bpf.h does it. */
#ifndef RCODEWATCH_BENCH_MUTATION_H
#define RCODEWATCH_BENCH_MUTATION_H

#ifdef __bpf__
#include "vmlinux.h"
#else
#include <linux/types.h>
#endif

/* From where random numbers go on, unless hook_restart() says otherwise. */
#define MUTATION_SEED 0x9e3779b97f4a7c15

/* Streams that a TCP packet can be moved between; the most that there is a port for is enough. */
#define MUTATION_FLOWS 8192u

/*
 * Offsets in the frame, 0 for what stays as it is; all zero is a packet that does not change. Names
 * are numbered, and each belongs to one zone: with @names of them, @zones divides that.
 */
struct mutation {
	__u32 name_at;     /* eight letters of the first label */
	__u32 zone_at;     /* eight letters of the label under which the zone begins */
	__u32 server_at;   /* the low 16 bits of the source address */
	__u32 client_at;   /* the low 16 bits of the destination address */
	__u32 port_at;     /* the destination port, by which a stream is known */
	__u32 id_at;       /* the ID of the message */
	__u32 sequence_at; /* the TCP sequence number, which goes on by @segment bytes */
	__u32 segment;
	__u32 names;     /* a power of two; 0: no name comes twice */
	__u32 zones;     /* a power of two */
	__u32 addresses; /* servers, and as many clients; a power of two, at most 65536 */
	__u32 flows;     /* a power of two, at most MUTATION_FLOWS */
};

#endif
