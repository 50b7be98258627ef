/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/run_together.h"

#include <pthread.h>
#include <stdbool.h>

#include "tools/common/clock.h"

struct task {
	void (*work)(void *ctx);
	void *ctx;
	uint64_t begun, ended;	/* ns, by the clocks of who began it and of who did it */
	pthread_t thread;
	bool apart;
};

static void *begin(void *arg)
{
	struct task *task = arg;

	clock_follow_ns(task->begun);
	task->work(task->ctx);
	task->ended = clock_now_ns();
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
		task[i] = (struct task){ .work = work, .ctx = ctx[i], .begun = clock_now_ns() };
		task[i].apart = !pthread_create(&task[i].thread, NULL, begin, &task[i]);
	}
	if (n)
		work(ctx[0]);
	for (i = 1; i < n; i++) {
		if (!task[i].apart) {
			work(ctx[i]);
			continue;
		}
		pthread_join(task[i].thread, NULL);
		clock_follow_ns(task[i].ended);
	}
}
