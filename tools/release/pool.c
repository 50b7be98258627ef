/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/release/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t handed_in;	/* there is a job, or the end */
	pthread_cond_t taken;		/* a worker has taken the job */
	pthread_cond_t idle;		/* nothing is left to be done */
	pool_fn *fn;			/* the job that waits; NULL: none */
	void *arg;
	unsigned running, workers;
	bool ending;
	pthread_t thread[POOL_WORKERS_MAX];
};

unsigned pool_cores(void)
{
	cpu_set_t set;
	int n;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	n = CPU_COUNT(&set);
	return n < 1 ? 1 : n > POOL_WORKERS_MAX ? POOL_WORKERS_MAX : (unsigned)n;
}

static void *work(void *arg)
{
	struct pool *p = arg;
	pool_fn *fn;
	void *job;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		while (!p->fn && !p->ending)
			pthread_cond_wait(&p->handed_in, &p->lock);
		if (!p->fn)
			break;
		fn = p->fn;
		job = p->arg;
		p->fn = NULL;
		p->running++;
		pthread_cond_signal(&p->taken);
		pthread_mutex_unlock(&p->lock);
		fn(job);
		pthread_mutex_lock(&p->lock);
		if (!--p->running && !p->fn)
			pthread_cond_broadcast(&p->idle);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

enum img_status pool_start(unsigned workers, struct pool **out, struct img_error *err)
{
	struct pool *p = calloc(1, sizeof(*p));

	if (!p)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->handed_in, NULL);
	pthread_cond_init(&p->taken, NULL);
	pthread_cond_init(&p->idle, NULL);
	if (workers > POOL_WORKERS_MAX)
		workers = POOL_WORKERS_MAX;
	/* Fewer threads than asked for are slower, not wrong; none: pool_submit() works. */
	while (workers > 1 && p->workers < workers &&
	       !pthread_create(&p->thread[p->workers], NULL, work, p))
		p->workers++;
	*out = p;
	return IMG_OK;
}

void pool_submit(struct pool *p, pool_fn *fn, void *arg)
{
	if (!p->workers) {
		fn(arg);
		return;
	}
	pthread_mutex_lock(&p->lock);
	while (p->fn)
		pthread_cond_wait(&p->taken, &p->lock);
	p->fn = fn;
	p->arg = arg;
	pthread_cond_signal(&p->handed_in);
	while (p->fn)
		pthread_cond_wait(&p->taken, &p->lock);
	pthread_mutex_unlock(&p->lock);
}

void pool_wait(struct pool *p)
{
	pthread_mutex_lock(&p->lock);
	while (p->fn || p->running)
		pthread_cond_wait(&p->idle, &p->lock);
	pthread_mutex_unlock(&p->lock);
}

void pool_stop(struct pool *p)
{
	unsigned i;

	if (!p)
		return;
	pool_wait(p);
	pthread_mutex_lock(&p->lock);
	p->ending = true;
	pthread_cond_broadcast(&p->handed_in);
	pthread_mutex_unlock(&p->lock);
	for (i = 0; i < p->workers; i++)
		pthread_join(p->thread[i], NULL);
	pthread_cond_destroy(&p->idle);
	pthread_cond_destroy(&p->taken);
	pthread_cond_destroy(&p->handed_in);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
