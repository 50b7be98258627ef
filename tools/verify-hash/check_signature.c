/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --key: detached signatures. */
#include "tools/common/io.h"
#include "tools/verify-hash/verify.h"

int check_signatures(const struct options *o, char **paths, int count)
{
	struct account a = account_begin(o);
	struct signature_report report;
	struct img_error err;
	enum img_status st;
	int i;

	for (i = 0; i < count; i++) {
		const char *name = io_input_name(paths[i]);

		st = signature_check(paths[i], o->signature, o->key, &report, &err);
		if (st == IMG_OK)
			account_signed(&a, name, &report);
		else if (st == IMG_E_MISMATCH)
			account_bad(&a, name, NULL, NULL, &err);
		else
			account_trouble(&a, name, &err);
		signature_end(&report);
	}
	return account_end(&a);
}
