/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Before users, groups and hosts are asked for by name or number. What answers is modules that the
 * C library loads; a program built with STATIC=1 may crash in them (nss-systemd does that) and asks
 * the files, and for hosts DNS, alone.
 */
#ifndef TOOLS_COMMON_NAMES_H
#define TOOLS_COMMON_NAMES_H

#ifdef STATIC
#include <nss.h>

static inline void names_prepare(void)
{
	(void)__nss_configure_lookup("passwd", "files");
	(void)__nss_configure_lookup("group", "files");
	(void)__nss_configure_lookup("hosts", "files dns");
}
#else
static inline void names_prepare(void)
{
}
#endif

#endif
