/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/check/wrap.h"

#include "tools/flash/check/allow.h"
#include "tools/programmer/run/wrap.h"

#define WRAP "address-wrap"
#define WHAT "from 16 MiB on the chip reads the same as from 0: the programmer, its firmware or " \
	     "the chip takes three address bytes only, "
#define TO_DO "; take another programmer, or firmware with 4-byte addresses"

enum img_status flash_check_wrap(const struct flash *f, struct job *job)
{
	if (!run_wraps(img_bytes(job->old)))
		return IMG_OK;
	return flash_refuse(f, job, WRAP, WHAT "and what is meant for above would go over what is "
			    "below" TO_DO);
}

void flash_tell_wrap(const struct flash *f, const struct job *job)
{
	if (run_wraps(img_bytes(job->old)))
		diag_warning(&f->diag, job->name, "%s", WHAT "and then what is above 16 MiB was "
			     "not read" TO_DO " (" WRAP ")");
}
