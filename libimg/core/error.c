/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/core/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void set(struct img_error *err, enum img_status status, int sys, uint64_t at)
{
	err->status = status;
	err->sys = sys;
	err->at = at;
}

enum img_status img_fail(struct img_error *err, enum img_status status, uint64_t at,
			 const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return status;
	set(err, status, 0, at);
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return status;
}

enum img_status img_fail_errno(struct img_error *err, int sys, const char *fmt, ...)
{
	char reason[96];
	va_list ap;
	size_t used;

	if (!err)
		return IMG_E_IO;
	set(err, IMG_E_IO, sys, IMG_NOWHERE);
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	used = strlen(err->text);
	snprintf(err->text + used, sizeof(err->text) - used, ": %s",
		 strerror_r(sys, reason, sizeof(reason)));
	return IMG_E_IO;
}

void img_error_prefix(struct img_error *err, const char *fmt, ...)
{
	char rest[sizeof(err->text)];
	va_list ap;
	size_t used;

	if (!err)
		return;
	memcpy(rest, err->text, sizeof(rest));
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	used = strlen(err->text);
	snprintf(err->text + used, sizeof(err->text) - used, ": %s", rest);
}

void img_error_suffix(struct img_error *err, const char *fmt, ...)
{
	va_list ap;
	size_t used;

	if (!err)
		return;
	used = strlen(err->text);
	va_start(ap, fmt);
	vsnprintf(err->text + used, sizeof(err->text) - used, fmt, ap);
	va_end(ap);
}

const char *img_status_word(enum img_status status)
{
	switch (status) {
	case IMG_OK: return "ok";
	case IMG_E_NOMEM: return "nomem";
	case IMG_E_IO: return "io";
	case IMG_E_USAGE: return "usage";
	case IMG_E_ABSENT: return "absent";
	case IMG_E_BOUNDS: return "bounds";
	case IMG_E_CORRUPT: return "corrupt";
	case IMG_E_UNSUPPORTED: return "unsupported";
	case IMG_E_SPACE: return "space";
	case IMG_E_EXISTS: return "exists";
	case IMG_E_MISMATCH: return "mismatch";
	case IMG_E_TIMEOUT: return "timeout";
	case IMG_E_REFUSED: return "refused";
	}
	return "unknown";
}
