// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "capture/worker_pool.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "util/log.h"

/* A record of a capture has so many bytes at least, beside the packet. */
#define RECORD_MIN    16u
#define BATCH_PACKETS (INPUT_BUFFER_SIZE / RECORD_MIN)

/*
 * A turn ends when so little of the window is left, which then has to be copied; but not before it has
 * given so much that passing the turn on is nothing beside it. Pipes bring little at a time.
 */
#define WINDOW_REST 1024u
#define TURN_BYTES  (128u * 1024u)

/* Turns, of each thread, after which it looks whether it is on one CPU with another. */
#define TURNS_TOGETHER 16u

_Static_assert(PCAP_CAPTURED_MAX <= INPUT_BUFFER_SIZE, "any packet can be copied into a batch");

struct packet {
	const uint8_t *data;
	uint32_t captured, length;
	enum host_link link;
};

struct batch {
	uint8_t *bytes; /* INPUT_BUFFER_SIZE */
	size_t used;    /* of them, where packets were copied */
	struct packet *packet;
	uint32_t count;
};

struct lane {
	struct crew *crew;
	struct host_store *store;
	unsigned int number;
	struct batch window;   /* from the input, in its turn */
	struct batch segments; /* copied for it, in anybody's turn */
	struct batch taken;    /* segments that it counts, out of its turn */
	int cpu;               /* where it had its last turn; negative: not known */
	unsigned int turns;    /* that it has had */
	pthread_t thread;
	bool counting; /* out of its turn */
};

struct crew {
	const struct hook_config *config;
	struct host_store *scout; /* work areas of who has the turn */
	bool (*step)(void *context);
	void *context;
	sigset_t signals;     /* that the thread with the turn has blocked */
	pthread_mutex_t lock; /* for what follows, and lanes' counting */
	pthread_cond_t idle;  /* a lane has ended counting */
	pthread_cond_t passed;
	unsigned int turn; /* number of the lane that has the turn, or had the last */
	bool held, over;
	unsigned int lanes, started; /* started: without the caller's thread, which is lane 0 */
	unsigned int made;           /* lanes that have memory */
	struct lane lane[];
};

static void count_batch(const struct lane *lane, struct batch *batch)
{
	for (uint32_t i = 0; i < batch->count; i++) {
		const struct packet *packet = &batch->packet[i];

		host_count(lane->store, lane->crew->config, packet->link, packet->data,
			   packet->captured, packet->length);
	}
	batch->count = 0;
	batch->used = 0;
}

static void add(struct batch *batch, const struct captured *packet, const uint8_t *data)
{
	batch->packet[batch->count++] = (struct packet){
		.data = data,
		.captured = packet->captured,
		.length = packet->length,
		.link = packet->link,
	};
}

/* ---- in a turn ------------------------------------------------------------------- */

static struct lane *present(struct crew *crew)
{
	return &crew->lane[crew->turn];
}

/* The window's bytes are about to go. */
static void count_window(void *arg)
{
	struct lane *lane = present(arg);

	count_batch(lane, &lane->window);
}

void crew_read(struct crew *crew, struct input *input)
{
	input_move(input, present(crew)->window.bytes, count_window, crew);
}

bool crew_has_enough(const struct input *input)
{
	return input_left(input) < WINDOW_REST && input->at - input->buffer >= TURN_BYTES;
}

static void wait_until_idle(struct crew *crew, const struct lane *lane)
{
	pthread_mutex_lock(&crew->lock);
	while (lane->counting)
		pthread_cond_wait(&crew->idle, &crew->lock);
	pthread_mutex_unlock(&crew->lock);
}

static void take_segment(struct crew *crew, struct lane *lane, const struct captured *packet)
{
	struct batch *batch = &lane->segments;
	uint8_t *to;

	if (batch->count == BATCH_PACKETS || INPUT_BUFFER_SIZE - batch->used < packet->captured) {
		wait_until_idle(crew, lane);
		count_batch(lane, batch);
	}
	to = batch->bytes + batch->used;
	memcpy(to, packet->data, packet->captured);
	batch->used += packet->captured;
	add(batch, packet, to);
}

void crew_take(struct crew *crew, const struct captured *packet)
{
	uint64_t stream = host_stream(crew->scout, crew->config, packet->link, packet->data,
				      packet->captured, packet->length);
	struct batch *window = &present(crew)->window;

	if (stream) {
		take_segment(crew, &crew->lane[stream % crew->lanes], packet);
		return;
	}
	if (window->count == BATCH_PACKETS)
		count_window(crew);
	add(window, packet, packet->data);
}

void crew_settle(struct crew *crew)
{
	count_window(crew);
	for (unsigned int i = 0; i < crew->lanes; i++) {
		wait_until_idle(crew, &crew->lane[i]);
		count_batch(&crew->lane[i], &crew->lane[i].segments);
	}
}

/* ---- turns ----------------------------------------------------------------------- */

/* Under the lock. False when there will be no turn. */
static bool wait_for_turn(const struct lane *lane)
{
	struct crew *crew = lane->crew;

	while (crew->held && !crew->over)
		pthread_cond_wait(&crew->passed, &crew->lock);
	if (crew->over)
		return false;
	crew->held = true;
	crew->turn = lane->number;
	return true;
}

static bool is_taken(const struct crew *crew, const struct lane *by_other_than, int cpu)
{
	for (unsigned int i = 0; i < crew->lanes; i++)
		if (&crew->lane[i] != by_other_than && crew->lane[i].cpu == cpu)
			return true;
	return false;
}

/* Go to a CPU that no other thread of the crew is at, if there is one, and stay free to go anywhere. */
static void go_elsewhere(const struct crew *crew, struct lane *lane)
{
	cpu_set_t allowed, one;

	/* It fails where there are more CPUs than the set has bits. */
	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET((size_t)cpu, &allowed) || is_taken(crew, lane, cpu))
			continue;
		CPU_ZERO(&one);
		CPU_SET((size_t)cpu, &one);
		if (sched_setaffinity(0, sizeof(one), &one) == 0)
			lane->cpu = cpu;
		sched_setaffinity(0, sizeof(allowed), &allowed);
		return;
	}
}

/*
 * Threads that wake one another are often kept on one CPU by Linux, where they also take turns at
 * counting while other CPUs have nothing to do; but once apart they stay so for long.
 */
static void keep_apart(const struct crew *crew, struct lane *lane)
{
	lane->cpu = sched_getcpu();
	if (lane->turns++ % TURNS_TOGETHER == 0 && is_taken(crew, lane, lane->cpu))
		go_elsewhere(crew, lane);
}

static bool take_turn(struct lane *lane)
{
	const struct batch none = lane->taken;
	struct crew *crew = lane->crew;
	sigset_t all;
	bool more;

	keep_apart(crew, lane);
	/* A read that waits is interrupted if this thread is. */
	pthread_sigmask(SIG_SETMASK, &crew->signals, NULL);
	more = crew->step(crew->context);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, NULL);
	lane->taken = lane->segments;
	lane->segments = none;
	return more;
}

/* Under the lock. */
static void pass_turn(struct crew *crew, bool more)
{
	crew->held = false;
	if (more) {
		pthread_cond_signal(&crew->passed);
		return;
	}
	crew->over = true;
	pthread_cond_broadcast(&crew->passed);
}

static void *lane_run(void *arg)
{
	struct lane *lane = arg;
	struct crew *crew = lane->crew;

	pthread_mutex_lock(&crew->lock);
	while (wait_for_turn(lane)) {
		bool more;

		pthread_mutex_unlock(&crew->lock);
		more = take_turn(lane);
		pthread_mutex_lock(&crew->lock);
		lane->counting = true;
		pass_turn(crew, more);
		pthread_mutex_unlock(&crew->lock);
		count_batch(lane, &lane->window);
		count_batch(lane, &lane->taken);
		pthread_mutex_lock(&crew->lock);
		lane->counting = false;
		pthread_cond_signal(&crew->idle);
	}
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

/* None of them begins before all are there. */
static void start_lanes(struct crew *crew)
{
	int err = 0;

	pthread_mutex_lock(&crew->lock);
	while (!err && crew->started + 1 < crew->lanes) {
		struct lane *lane = &crew->lane[crew->started + 1];

		err = pthread_create(&lane->thread, NULL, lane_run, lane);
		crew->started += !err;
	}
	if (err) {
		log_warning("counting by %u threads and not %u: cannot start more: %s",
			    crew->started + 1, crew->lanes, strerror(err));
		crew->lanes = crew->started + 1;
	}
	pthread_mutex_unlock(&crew->lock);
}

void crew_run(struct crew *crew, bool (*turn)(void *context), void *context)
{
	sigset_t all;

	crew->step = turn;
	crew->context = context;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &crew->signals);
	start_lanes(crew);
	lane_run(&crew->lane[0]);
	for (; crew->started; crew->started--)
		pthread_join(crew->lane[crew->started].thread, NULL);
	pthread_sigmask(SIG_SETMASK, &crew->signals, NULL);
}

/* ---- memory ---------------------------------------------------------------------- */

static int make_batch(struct batch *batch)
{
	batch->bytes = malloc(INPUT_BUFFER_SIZE);
	batch->packet = malloc(BATCH_PACKETS * sizeof(*batch->packet));
	return batch->bytes && batch->packet ? 0 : -ENOMEM;
}

static void free_batch(struct batch *batch)
{
	free(batch->bytes);
	free(batch->packet);
}

int crew_make(struct crew **made, const struct hook_config *config,
	      struct host_store *const *stores, unsigned int count)
{
	struct crew *crew = calloc(1, sizeof(*crew) + count * sizeof(crew->lane[0]));
	int err;

	*made = NULL;
	if (!crew)
		return -ENOMEM;
	crew->config = config;
	crew->lanes = crew->made = count;
	pthread_mutex_init(&crew->lock, NULL);
	pthread_cond_init(&crew->idle, NULL);
	pthread_cond_init(&crew->passed, NULL);
	crew->scout = calloc(1, sizeof(*crew->scout));
	err = crew->scout ? 0 : -ENOMEM;
	if (crew->scout)
		crew->scout->offloads = stores[0]->offloads;
	for (unsigned int i = 0; i < count; i++) {
		struct lane *lane = &crew->lane[i];

		lane->crew = crew;
		lane->store = stores[i];
		lane->number = i;
		lane->cpu = -1;
		if (make_batch(&lane->window) || make_batch(&lane->segments) ||
		    make_batch(&lane->taken))
			err = -ENOMEM;
	}
	if (err)
		crew_free(crew);
	else
		*made = crew;
	return err;
}

void crew_free(struct crew *crew)
{
	if (!crew)
		return;
	for (unsigned int i = 0; i < crew->made; i++) {
		struct lane *lane = &crew->lane[i];

		free_batch(&lane->window);
		free_batch(&lane->segments);
		free_batch(&lane->taken);
	}
	pthread_cond_destroy(&crew->passed);
	pthread_cond_destroy(&crew->idle);
	pthread_mutex_destroy(&crew->lock);
	free(crew->scout);
	free(crew);
}
