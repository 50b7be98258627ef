/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hardware files, layouts/hardware/ID.yaml: romwright-board(5) describes the format. As
 * strict as board files. They are compiled in; a board file names one by its id.
 */
#ifndef TOOLS_COMMON_HARDWARE_YAML_H
#define TOOLS_COMMON_HARDWARE_YAML_H

#include "libimg/core/hardware.h"
#include "libimg/core/view.h"

#define HARDWARE_TEXT_MAX 8192		/* bytes in all its strings, NULs included */
#define HARDWARE_ID_MAX 64

/* A hardware that owns what it points to. It does not move. */
struct hardware_record {
	struct img_hardware hardware;
	char id_[HARDWARE_ID_MAX + 1];
	char text_[HARDWARE_TEXT_MAX];
};

/* Decodes yaml into *out, which is of use only after IMG_OK. Statuses as board_yaml_parse(). */
enum img_status hardware_yaml_parse(struct img_view yaml, const char *id,
				    struct hardware_record *out,
				    struct img_error *err) IMG_CHECKED;

/* Compiled. */
extern const struct img_hardware hardware_table[];
extern const size_t hardware_table_count;

/* The hardware of this id, or NULL. */
const struct img_hardware *hardware_compiled(const char *id);

#endif
