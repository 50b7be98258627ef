/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom-cbfs: the files of a coreboot image. */
#include "tools/cbfs/cbfs.h"

#include <string.h>

#include "tools/common/io.h"
#include "tools/common/options.h"

enum { OPT_FORCE = OPT_OWN, OPT_ALL };

static const struct option_row rows[] = {
	{ 'r', "region", "AREA", "the FMAP area (default COREBOOT)" },
	{ 'n', "name", "NAME", "add, remove: the file in the CBFS" },
	{ 'f', "file", "FILE", "add: where its data come from" },
	{ 't', "type", "TYPE", "add: raw, mrc, optionrom, microcode, ... (default raw)" },
	{ 'b', "base-address", "ADDR", "add: data exactly here: an address (0xfffa0000), an\n"
	  "                            offset in the area, or -N from its end" },
	{ 'a', "alignment", "N", "add: data at a multiple of N in the image" },
	{ 'A', "hash", "ALG", "add: a hash attribute (sha1, sha256, sha384, sha512)" },
	{ OPT_ALL, "all", NULL, "list: free space too" },
	OPTION_OUTPUT("OUT", "the new image; IMAGE itself is not changed"),
	{ OPT_FORCE, "force", NULL, "replace OUT if it exists" },
	OPTION_DRY_RUN,
	OPTION_JSON,
	OPTIONS_COMMON
};

static const struct option_table table = {
	.tool = "rom-cbfs",
	.synopsis = "list [-r AREA] [--all] [--json] IMAGE\n"
		    "add -n NAME -f FILE [-t TYPE] [-b ADDR | -a N] [-A ALG] [-r AREA] -o OUT "
		    "IMAGE\n"
		    "remove -n NAME [-r AREA] -o OUT IMAGE",
	.summary = "List, add and remove the files of a CBFS, byte for byte as cbfstool does.",
	.rows = rows,
};

static const struct verb {
	const char *word;
	int (*run)(const struct cbfs_settings *s, const char *path, struct img *img,
		   const struct diag *d);
	bool writes;
} verbs[] = {
	{ "list", cbfs_list, false },
	{ "add", cbfs_add, true },
	{ "remove", cbfs_remove, true },
};

static bool take(void *ctx, int key, const char *arg)
{
	struct cbfs_settings *s = ctx;

	switch (key) {
	case 'r': s->area = arg; break;
	case 'n': s->name = arg; break;
	case 'f': s->file = arg; break;
	case 't': s->type = arg; break;
	case 'b': s->address = arg; break;
	case 'a': s->align = arg; break;
	case 'A': s->hash = arg; break;
	case 'o': s->output = arg; break;
	case OPT_ALL: s->all = true; break;
	case OPT_FORCE: s->force = true; break;
	case OPT_DRY_RUN: s->dry_run = true; break;
	}
	return true;
}

static const struct verb *find_verb(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(verbs[i].word, word))
			return &verbs[i];
	return NULL;
}

static int run(const struct verb *verb, const struct cbfs_settings *s, const char *path,
	       const struct diag *d)
{
	struct img_error err;
	struct img *img;
	int status;

	if (io_open(path, &img, &err) != IMG_OK)
		return diag_error(d, io_input_name(path), &err);
	status = verb->run(s, path, img, d);
	img_close(img);
	return status;
}

static bool is_standard(const char *path)
{
	return path && !strcmp(path, "-");
}

static int check_usage(const struct verb *verb, const struct cbfs_settings *s, const char *image,
		       const struct diag *d)
{
	if (!verb->writes && (s->output || s->name || s->file))
		return diag_usage(d, "%s writes nothing: -o, -n and -f go with add and remove",
				  verb->word);
	if (verb->writes && !s->name)
		return diag_usage(d, "which file? -n NAME is missing");
	if (verb->writes && !s->output && !s->dry_run)
		return diag_usage(d, "where should the new image go? -o OUT is missing");
	if (is_standard(s->output) && d->json && !s->dry_run)
		return diag_usage(d, "-o - and --json both want standard output");
	if (is_standard(s->file) && is_standard(image))
		return diag_usage(d, "standard input can be read only once");
	return OPTIONS_GO;
}

int main(int argc, char **argv)
{
	struct cbfs_settings s = { 0 };
	const struct verb *verb;
	struct diag d = { 0 };
	int first, status;

	status = options_parse(&table, argc, argv, take, &s, &d, &first);
	if (status != OPTIONS_GO)
		return status;
	if (first == argc)
		return diag_usage(&d, "what to do is missing: list, add or remove");
	verb = find_verb(argv[first]);
	if (!verb)
		return diag_usage(&d, "%s is not something to do: list, add or remove",
				  argv[first]);
	if (argc - first != 2)
		return diag_usage(&d, "%s needs one image", verb->word);
	status = check_usage(verb, &s, argv[first + 1], &d);
	return status == OPTIONS_GO ? run(verb, &s, argv[first + 1], &d) : status;
}
