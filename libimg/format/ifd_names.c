/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of regions and masters, and small questions about a decoded descriptor. */
#include <string.h>

#include "libimg/format/ifd.h"

static const struct {
	const char *name, *title;
} regions[IMG_IFD_REGIONS] = {
	{ "fd", "Flash Descriptor" },
	{ "bios", "BIOS" },
	{ "me", "Intel ME" },
	{ "gbe", "GbE" },
	{ "pd", "Platform Data" },
	{ "devexp", "Device Expansion 1" },
	{ "bios2", "Secondary BIOS" },
	{ "res7", "Reserved" },
	{ "ec", "EC or BMC" },
	{ "devexp2", "Device Expansion 2" },
	{ "ie", "Innovation Engine" },
	{ "10gbe_0", "10GbE 0" },
	{ "10gbe_1", "10GbE 1" },
	{ "res13", "Reserved" },
	{ "res14", "Reserved" },
	{ "ptt", "PTT" },
};

const char *img_ifd_region_name(unsigned i)
{
	return regions[i].name;
}

const char *img_ifd_region_title(unsigned i)
{
	return regions[i].title;
}

bool img_ifd_region_find(const char *short_name, unsigned *index)
{
	for (unsigned i = 0; i < IMG_IFD_REGIONS; i++) {
		if (!strcmp(regions[i].name, short_name)) {
			*index = i;
			return true;
		}
	}
	return false;
}

const char *img_ifd_master_name(unsigned i)
{
	static const char *const names[IMG_IFD_MASTERS] = { "bios", "me", "gbe",
							    "devexp", "ec", "ie" };

	return names[i];
}

uint64_t img_ifd_flash_size(const struct img_ifd *ifd)
{
	return ifd->component_size[0] + ifd->component_size[1];
}

size_t img_ifd_usable_components(const struct img_ifd *ifd)
{
	if (ifd->component_count_said > IMG_IFD_COMPONENTS)
		return 0;
	for (unsigned i = 0; i < ifd->components; i++) {
		if (!ifd->component_size[i])
			return 0;
	}
	return ifd->components;
}

void img_ifd_internal_access(const struct img_ifd *ifd, uint32_t *read, uint32_t *write)
{
	uint32_t own = ifd->version == 1 ? 1u << IMG_IFD_BIOS : 0;

	*read = ifd->master[0].read | own;
	*write = ifd->master[0].write | own;
}
