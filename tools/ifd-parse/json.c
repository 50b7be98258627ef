/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The contract with other programs: image, descriptor, components, regions, masters,
 * me_disable, findings. Keys beyond it may be added, none of it may change.
 */
#include <stdio.h>

#include "tools/common/json.h"
#include "tools/ifd-parse/ifd_parse.h"

static json_t *number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *descriptor(const struct img_ifd *ifd)
{
	return json_pack("{s:i, s:s, s:o}", "version", (int)ifd->version, "generation",
			 img_ifd_generation_name(ifd->generation), "signature_at",
			 number(ifd->signature_at));
}

static json_t *components(const struct img_ifd *ifd)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < ifd->components; i++)
		json_array_append_new(list, json_pack("{s:o}", "size",
						      number(ifd->component_size[i])));
	return list;
}

static json_t *regions(const struct img_ifd *ifd)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < IMG_IFD_REGIONS; i++) {
		struct img_range r = ifd->region[i];

		if (r.size)
			json_array_append_new(list, json_pack("{s:i, s:s, s:o, s:o}", "index",
							      (int)i, "name",
							      img_ifd_region_name(i), "start",
							      number(r.start), "size",
							      number(r.size)));
	}
	return list;
}

static json_t *names(uint32_t mask)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < IMG_IFD_REGIONS; i++) {
		if (mask >> i & 1)
			json_array_append_new(list, json_string(img_ifd_region_name(i)));
	}
	return list;
}

static json_t *masters(const struct img_ifd *ifd)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < ifd->masters; i++) {
		const struct img_ifd_master *m = &ifd->master[i];

		json_array_append_new(list, json_pack("{s:s, s:o, s:o}", "name",
						      img_ifd_master_name(i), "read",
						      names(m->read), "write",
						      names(m->write)));
	}
	return list;
}

/* supported: there is a place, and one that may be written. set is null where none is known. */
static json_t *me_disable(const struct img_ifd_me_disable *me)
{
	if (me->confidence == IMG_IFD_NOT_KNOWN)
		return json_pack("{s:b, s:n, s:n, s:n}", "supported", 0, "set", "strap", "bit");
	return json_pack("{s:b, s:b, s:i, s:i}", "supported",
			 me->confidence != IMG_IFD_NOT_CONFIRMED, "set", (int)me->set, "strap",
			 (int)me->strap, "bit", (int)me->bit);
}

static json_t *clocks(const struct img_ifd *ifd)
{
	static const char *const keys[IMG_IFD_CLOCKS] = { "read", "fast_read", "write", "read_id",
							  "espi" };
	json_t *object = json_object();

	for (unsigned i = 0; i < IMG_IFD_CLOCKS; i++) {
		const struct img_ifd_frequency *f = &ifd->frequency[i];

		/* null: a code this generation reserves */
		if (f->present)
			json_object_set_new(object, keys[i], f->mhz ? number(f->mhz)
								    : json_null());
	}
	return object;
}

enum img_status print_json(const struct subject *s, struct img_error *err)
{
	json_t *root = json_pack("{s:{s:o}, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "image", "size",
				 number(s->size), "descriptor", descriptor(&s->ifd), "components",
				 components(&s->ifd), "regions", regions(&s->ifd), "masters",
				 masters(&s->ifd), "me_disable", me_disable(&s->ifd.me_disable),
				 "clocks_mhz", clocks(&s->ifd), "findings",
				 findings_json(&s->findings));

	if (!root)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	return json_print(root, err);
}
