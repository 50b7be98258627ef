/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/json.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

json_t *json_text(const char *bytes)
{
	static const char replacement[] = "\xef\xbf\xbd";
	json_t *text = json_string(bytes);
	char safe[1024];
	size_t used = 0;

	if (text)
		return text;
	for (; *bytes && used + sizeof(replacement) < sizeof(safe); bytes++) {
		if ((unsigned char)*bytes < 0x80) {
			safe[used++] = *bytes;
		} else {
			memcpy(safe + used, replacement, 3);
			used += 3;
		}
	}
	safe[used] = 0;
	return json_string(safe);
}

void json_print_error(const struct img_error *err, const char *file)
{
	json_t *at = err->at == IMG_NOWHERE ? json_null() : json_integer((json_int_t)err->at);
	json_t *body = json_pack("{s:s, s:o, s:o}", "status", img_status_word(err->status), "at",
				 at, "text", json_text(err->text));
	json_t *root;

	if (file)
		json_object_set_new(body, "file", json_text(file));
	root = json_pack("{s:o}", "error", body);
	/* The sentence on standard error has been printed; nothing more can be done here. */
	if (json_print(root, NULL) != IMG_OK)
		return;
}

enum img_status json_print(json_t *root, struct img_error *err)
{
	int failed = json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) < 0;

	json_decref(root);
	failed |= fputc('\n', stdout) == EOF;
	failed |= fflush(stdout) != 0;
	if (failed)
		return img_fail_errno(err, errno, "cannot write standard output");
	return IMG_OK;
}
