// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/sampler.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "util/log.h"
#include "util/privileges.h"

static void wait_event(int fd)
{
	uint64_t count;

	while (read(fd, &count, sizeof(count)) < 0 && errno == EINTR)
		;
}

static void post_event(int fd)
{
	uint64_t one = 1;

	while (write(fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

static void *serve(void *arg)
{
	struct sampler *sampler = arg;

	privileges_read_maps();
	nic_watch_open(&sampler->nics, sampler->source->maps, sampler->source->nic_before);
	for (;;) {
		wait_event(sampler->request_fd);
		if (sampler->stop)
			break;
		__atomic_store_n(&sampler->beats_answered,
				 __atomic_load_n(&sampler->beats_asked, __ATOMIC_ACQUIRE),
				 __ATOMIC_RELEASE);
		if (!__atomic_exchange_n(&sampler->requested, false, __ATOMIC_ACQ_REL))
			continue;
		sampler->error = read_maps_snapshot(sampler->source, &sampler->now);
		nic_watch_read(&sampler->nics, sampler->source->maps, &sampler->now);
		post_event(sampler->done_fd);
	}
	nic_watch_close(&sampler->nics);
	return NULL;
}

int sampler_start(struct sampler *sampler, struct read_maps *source, size_t keep)
{
	int err;

	*sampler = (struct sampler){.source = source, .request_fd = -1, .done_fd = -1};
	err = snapshot_set_init(&sampler->now, source->maps->config.points);
	sampler->keep = keep;
	if (!err) {
		sampler->request_fd = eventfd(0, EFD_CLOEXEC);
		sampler->done_fd = eventfd(0, EFD_CLOEXEC);
		if (sampler->request_fd < 0 || sampler->done_fd < 0)
			err = -errno;
	}
	if (!err)
		err = -pthread_create(&sampler->thread, NULL, serve, sampler);
	if (!err)
		return 0;
	log_error("cannot start the thread that reads the counters: %s", strerror(-err));
	if (sampler->request_fd >= 0)
		close(sampler->request_fd);
	if (sampler->done_fd >= 0)
		close(sampler->done_fd);
	snapshot_set_free(&sampler->now);
	return err;
}

void sampler_stop(struct sampler *sampler)
{
	if (sampler->busy)
		sampler_collect(sampler);
	sampler->stop = true;
	post_event(sampler->request_fd);
	pthread_join(sampler->thread, NULL);
	close(sampler->request_fd);
	close(sampler->done_fd);
	snapshot_set_free(&sampler->now);
}

bool sampler_beat(struct sampler *sampler)
{
	bool answered = __atomic_load_n(&sampler->beats_answered, __ATOMIC_ACQUIRE) ==
			sampler->beats_asked;

	__atomic_store_n(&sampler->beats_asked, sampler->beats_asked + 1, __ATOMIC_RELEASE);
	post_event(sampler->request_fd);
	return answered;
}

void sampler_keep(struct sampler *sampler, size_t keep)
{
	sampler->keep = keep;
}

bool sampler_request(struct sampler *sampler)
{
	if (sampler->busy)
		return false;
	sampler->busy = true;
	for (size_t i = 0; i < sampler->now.points; i++)
		sampler->now.top[i].keep = sampler->keep;
	__atomic_store_n(&sampler->requested, true, __ATOMIC_RELEASE);
	post_event(sampler->request_fd);
	return true;
}

int sampler_collect(struct sampler *sampler)
{
	wait_event(sampler->done_fd);
	sampler->busy = false;
	return sampler->error;
}
