/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/run_together.h"

#include <pthread.h>
#include <stdbool.h>

struct task {
	void (*work)(void *ctx);
	void *ctx;
	pthread_t thread;
	bool apart;
};

static void *begin(void *arg)
{
	const struct task *task = arg;

	task->work(task->ctx);
	return NULL;
}

void run_together(void (*work)(void *ctx), void *const ctx[], size_t n)
{
	struct task task[RUN_TOGETHER_MAX];
	size_t i;

	if (n > RUN_TOGETHER_MAX)
		n = RUN_TOGETHER_MAX;
	/* The first is done here, beside the others. */
	for (i = 1; i < n; i++) {
		task[i] = (struct task){ .work = work, .ctx = ctx[i] };
		task[i].apart = !pthread_create(&task[i].thread, NULL, begin, &task[i]);
	}
	if (n)
		work(ctx[0]);
	for (i = 1; i < n; i++) {
		if (task[i].apart)
			pthread_join(task[i].thread, NULL);
		else
			work(ctx[i]);
	}
}
