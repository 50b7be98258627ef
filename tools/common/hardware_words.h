/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of hardware files, which are also those of JSON. */
#ifndef TOOLS_COMMON_HARDWARE_WORDS_H
#define TOOLS_COMMON_HARDWARE_WORDS_H

#include "libimg/core/hardware.h"

extern const char *const hardware_package_words[IMG_PACKAGES];	/* "SOIC-8" */
extern const char *const hardware_bus_words[3];
extern const char *const hardware_fitted_words[3];	/* the first is "unknown" */
extern const char *const hardware_supply_words[4];	/* likewise */
extern const char *const hardware_other_words[4];

#endif
