/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/bus/interrupt.h"

#include <signal.h>

/* A signal has no other way to leave word. */
static volatile sig_atomic_t pending;
static bool held;

static void remember(int sig)
{
	(void)sig;
	if (pending < INTERRUPT_MANY)
		pending++;
}

static void install(int flags)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction act = { .sa_handler = remember, .sa_flags = flags };
	size_t i;

	sigemptyset(&act.sa_mask);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &act, NULL);
}

void interrupt_catch(void)
{
	install((int)SA_RESETHAND);
	held = false;
}

void interrupt_hold(void)
{
	install(0);
	held = true;
}

bool interrupt_held(void)
{
	return held;
}

int interrupt_count(void)
{
	return pending;
}

bool interrupt_pending(void)
{
	return pending;
}

enum img_status interrupt_check(struct img_error *err)
{
	if (!pending)
		return IMG_OK;
	return img_fail(err, IMG_E_IO, IMG_NOWHERE, "interrupted");
}
