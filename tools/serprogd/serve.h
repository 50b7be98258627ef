/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One client after the other, in real time (or some multiple of it). */
#ifndef SERPROGD_SERVE_H
#define SERPROGD_SERVE_H

#include "tools/common/diag.h"
#include "tools/programmer/sim/link.h"

/*
 * Serves on listener, which it closes, until a signal ends it (tools/programmer/bus/
 * interrupt.h). speed: how many nanoseconds of the link pass in one.
 * IMG_E_IO: the system refuses to wait or to accept.
 */
enum img_status serve(int listener, struct sim_link *link, unsigned speed, const struct diag *diag,
		      struct img_error *err) IMG_CHECKED;

#endif
