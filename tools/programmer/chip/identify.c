/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "tools/programmer/chip/state.h"

static bool has_id(const struct chip_part *part, const uint8_t id[CHIP_ID_SIZE])
{
	return !memcmp(part->id, id, CHIP_ID_SIZE);
}

static void add_name(char name[CHIP_NAME_MAX], const char *entry)
{
	size_t used = strlen(name);

	snprintf(name + used, CHIP_NAME_MAX - used, "%s%s", used ? "|" : "", entry);
}

bool chip_identify(const uint8_t id[CHIP_ID_SIZE], struct chip_info *info)
{
	bool found = false;
	size_t i;

	for (i = 0; i < chip_part_count; i++) {
		const struct chip_part *part = &chip_parts[i];

		if (!has_id(part, id))
			continue;
		if (!found) {
			info->vendor = part->vendor;
			memcpy(info->id, id, CHIP_ID_SIZE);
			chip_part_geometry(part, &info->geometry);
		} else {
			chip_geometry_intersect(&info->geometry, part);
		}
		info->protect_mask |= part->protect_mask;
		add_name(info->name, part->name);
		found = true;
	}
	return found;
}

bool chip_is_named(const struct chip *chip, const char *name)
{
	size_t i;

	for (i = 0; i < chip_part_count; i++)
		if (has_id(&chip_parts[i], chip->info.id) &&
		    chip_part_is_named(&chip_parts[i], name))
			return true;
	return !strcmp(name, chip->info.name);
}
