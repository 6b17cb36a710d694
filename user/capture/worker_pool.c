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
 * A worker passes the token on when so little of the window is left, which then has to be copied; but not
 * before it has read so much that passing the token costs nothing in comparison. Pipes bring little at a time.
 */
#define WINDOW_REST 1024u
#define TOKEN_BYTES (128u * 1024u)

/* Tokens after which each worker looks whether it shares its CPU with another one. */
#define TOKENS_TOGETHER 16u

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

struct worker {
	struct worker_pool *pool;
	const struct point_stores *stores;
	unsigned int number;
	struct batch window;   /* from the input, read with the token */
	struct batch segments; /* copied for it by the worker that has the token */
	struct batch claimed;  /* segments that it counts without the token */
	int cpu;               /* where it last had the token; negative: not known */
	unsigned int tokens;   /* that it has had */
	pthread_t thread;
	bool counter; /* it counts, without the token */
};

struct worker_pool {
	const struct hook_config *config;
	struct host_store *classifier; /* scratch of the worker that has the token */
	bool (*step)(void *context);
	void *context;
	sigset_t signals;     /* that the worker with the token has blocked */
	pthread_mutex_t lock; /* for what follows, and for worker.counter */
	pthread_cond_t idle;  /* a worker has ended counting */
	pthread_cond_t passed;
	unsigned int token; /* number of the worker that has the token, or had it last */
	bool held, over;
	unsigned int workers, started; /* started: without the caller's thread, which is worker 0 */
	unsigned int made;             /* workers that have memory */
	struct worker worker[];
};

static void count_batch(const struct worker *worker, struct batch *batch)
{
	for (uint32_t i = 0; i < batch->count; i++) {
		const struct packet *packet = &batch->packet[i];

		point_stores_count(worker->stores, worker->pool->config, packet->link, packet->data,
				   packet->captured, packet->length);
	}
	batch->count = 0;
	batch->used = 0;
}

static void add(struct batch *batch, const struct capture_packet *packet, const uint8_t *data)
{
	batch->packet[batch->count++] = (struct packet){
		.data = data,
		.captured = packet->captured,
		.length = packet->length,
		.link = packet->link,
	};
}

/* ---- with the token -------------------------------------------------------------- */

static struct worker *present(struct worker_pool *pool)
{
	return &pool->worker[pool->token];
}

/* The window's bytes are about to go. */
static void count_window(void *arg)
{
	struct worker *worker = present(arg);

	count_batch(worker, &worker->window);
}

void pool_begin_input(struct worker_pool *pool, struct input *input)
{
	input_move(input, present(pool)->window.bytes, count_window, pool);
}

bool pool_has_enough(const struct input *input)
{
	return input_left(input) < WINDOW_REST && input->at - input->buffer >= TOKEN_BYTES;
}

static void wait_until_idle(struct worker_pool *pool, const struct worker *worker)
{
	pthread_mutex_lock(&pool->lock);
	while (worker->counter)
		pthread_cond_wait(&pool->idle, &pool->lock);
	pthread_mutex_unlock(&pool->lock);
}

static void claim_segment(struct worker_pool *pool, struct worker *worker,
			  const struct capture_packet *packet)
{
	struct batch *batch = &worker->segments;
	uint8_t *to;

	if (batch->count == BATCH_PACKETS || INPUT_BUFFER_SIZE - batch->used < packet->captured) {
		wait_until_idle(pool, worker);
		count_batch(worker, batch);
	}
	to = batch->bytes + batch->used;
	memcpy(to, packet->data, packet->captured);
	batch->used += packet->captured;
	add(batch, packet, to);
}

void pool_add(struct worker_pool *pool, const struct capture_packet *packet)
{
	uint64_t stream = host_stream(pool->classifier, pool->config, packet->link, packet->data,
				      packet->captured, packet->length);
	struct batch *window = &present(pool)->window;

	if (stream) {
		claim_segment(pool, &pool->worker[stream % pool->workers], packet);
		return;
	}
	if (window->count == BATCH_PACKETS)
		count_window(pool);
	add(window, packet, packet->data);
}

void pool_drain(struct worker_pool *pool)
{
	count_window(pool);
	for (unsigned int i = 0; i < pool->workers; i++) {
		wait_until_idle(pool, &pool->worker[i]);
		count_batch(&pool->worker[i], &pool->worker[i].segments);
	}
}

/* ---- the token ------------------------------------------------------------------- */

/* Wait for the token, under the lock. False when the captures are over. */
static bool wait_for_token(const struct worker *worker)
{
	struct worker_pool *pool = worker->pool;

	while (pool->held && !pool->over)
		pthread_cond_wait(&pool->passed, &pool->lock);
	if (pool->over)
		return false;
	pool->held = true;
	pool->token = worker->number;
	return true;
}

static bool is_in_use(const struct worker_pool *pool, const struct worker *by_other_than, int cpu)
{
	for (unsigned int i = 0; i < pool->workers; i++)
		if (&pool->worker[i] != by_other_than && pool->worker[i].cpu == cpu)
			return true;
	return false;
}

/* Go to a CPU that no other worker is at, if there is one, and stay free to go anywhere. */
static void go_elsewhere(const struct worker_pool *pool, struct worker *worker)
{
	cpu_set_t allowed, one;

	/* It fails where there are more CPUs than the set has bits. */
	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET((size_t)cpu, &allowed) || is_in_use(pool, worker, cpu))
			continue;
		CPU_ZERO(&one);
		CPU_SET((size_t)cpu, &one);
		if (sched_setaffinity(0, sizeof(one), &one) == 0)
			worker->cpu = cpu;
		sched_setaffinity(0, sizeof(allowed), &allowed);
		return;
	}
}

/*
 * Threads that wake one another are often kept on one CPU by Linux, where they also take turns at
 * counting while other CPUs have nothing to do; but once apart they stay so for long.
 */
static void keep_apart(const struct worker_pool *pool, struct worker *worker)
{
	worker->cpu = sched_getcpu();
	if (worker->tokens++ % TOKENS_TOGETHER == 0 && is_in_use(pool, worker, worker->cpu))
		go_elsewhere(pool, worker);
}

static bool get_token(struct worker *worker)
{
	const struct batch none = worker->claimed;
	struct worker_pool *pool = worker->pool;
	sigset_t all;
	bool more;

	keep_apart(pool, worker);
	/* A read that waits is interrupted if this thread is. */
	pthread_sigmask(SIG_SETMASK, &pool->signals, NULL);
	more = pool->step(pool->context);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, NULL);
	worker->claimed = worker->segments;
	worker->segments = none;
	return more;
}

/* Under the lock. */
static void pass_token(struct worker_pool *pool, bool more)
{
	pool->held = false;
	if (more) {
		pthread_cond_signal(&pool->passed);
		return;
	}
	pool->over = true;
	pthread_cond_broadcast(&pool->passed);
}

static void *worker_run(void *arg)
{
	struct worker *worker = arg;
	struct worker_pool *pool = worker->pool;

	pthread_mutex_lock(&pool->lock);
	while (wait_for_token(worker)) {
		bool more;

		pthread_mutex_unlock(&pool->lock);
		more = get_token(worker);
		pthread_mutex_lock(&pool->lock);
		worker->counter = true;
		pass_token(pool, more);
		pthread_mutex_unlock(&pool->lock);
		count_batch(worker, &worker->window);
		count_batch(worker, &worker->claimed);
		pthread_mutex_lock(&pool->lock);
		worker->counter = false;
		pthread_cond_signal(&pool->idle);
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

/* None of them begins before all are there. */
static void start_workers(struct worker_pool *pool)
{
	int err = 0;

	pthread_mutex_lock(&pool->lock);
	while (!err && pool->started + 1 < pool->workers) {
		struct worker *worker = &pool->worker[pool->started + 1];

		err = pthread_create(&worker->thread, NULL, worker_run, worker);
		pool->started += !err;
	}
	if (err) {
		log_warning("counting by %u threads and not %u: cannot start more: %s",
			    pool->started + 1, pool->workers, strerror(err));
		pool->workers = pool->started + 1;
	}
	pthread_mutex_unlock(&pool->lock);
}

void pool_run(struct worker_pool *pool, bool (*token)(void *context), void *context)
{
	sigset_t all;

	pool->step = token;
	pool->context = context;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &pool->signals);
	start_workers(pool);
	worker_run(&pool->worker[0]);
	for (; pool->started; pool->started--)
		pthread_join(pool->worker[pool->started].thread, NULL);
	pthread_sigmask(SIG_SETMASK, &pool->signals, NULL);
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

int pool_make(struct worker_pool **made, const struct hook_config *config,
	      const struct point_stores *stores, unsigned int count)
{
	struct worker_pool *pool = calloc(1, sizeof(*pool) + count * sizeof(pool->worker[0]));
	int err;

	*made = NULL;
	if (!pool)
		return -ENOMEM;
	pool->config = config;
	pool->workers = pool->made = count;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->idle, NULL);
	pthread_cond_init(&pool->passed, NULL);
	pool->classifier = calloc(1, sizeof(*pool->classifier));
	err = pool->classifier ? 0 : -ENOMEM;
	if (pool->classifier)
		pool->classifier->offloads = stores[0].store[0]->offloads;
	for (unsigned int i = 0; i < count; i++) {
		struct worker *worker = &pool->worker[i];

		worker->pool = pool;
		worker->stores = &stores[i];
		worker->number = i;
		worker->cpu = -1;
		if (make_batch(&worker->window) || make_batch(&worker->segments) ||
		    make_batch(&worker->claimed))
			err = -ENOMEM;
	}
	if (err)
		pool_free(pool);
	else
		*made = pool;
	return err;
}

void pool_free(struct worker_pool *pool)
{
	if (!pool)
		return;
	for (unsigned int i = 0; i < pool->made; i++) {
		struct worker *worker = &pool->worker[i];

		free_batch(&worker->window);
		free_batch(&worker->segments);
		free_batch(&worker->claimed);
	}
	pthread_cond_destroy(&pool->passed);
	pthread_cond_destroy(&pool->idle);
	pthread_mutex_destroy(&pool->lock);
	free(pool->classifier);
	free(pool);
}
