/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom-verify-hash: make hash lists, check them, manifests and signatures; compare dumps. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/common/hashlist.h"
#include "tools/common/io.h"
#include "tools/common/options.h"
#include "tools/verify-hash/verify.h"

enum {
	OPT_TAG = OPT_OWN, OPT_MANIFEST, OPT_SAME, OPT_KEY, OPT_SIGNATURE, OPT_STATUS,
	OPT_IGNORE_MISSING, OPT_STRICT,
};

static const struct option_row rows[] = {
	{ 'c', "check", NULL, "the operands are hash lists or manifests: check their files" },
	{ OPT_MANIFEST, "manifest", "M", "check each FILE against manifest M, whatever its name" },
	{ OPT_SAME, "same", NULL, "are all FILEs equal, and where not?" },
	{ OPT_KEY, "key", "KEY", "check each FILE's signature: a public key file, or its base64" },
	{ OPT_SIGNATURE, "signature", "SIG", "it is in SIG; else in FILE.minisig, .sig or .asc" },
	{ 'a', "algorithm", "ALG", "md5, sha1, sha224, sha256, sha384 or sha512 (default)" },
	{ OPT_TAG, "tag", NULL, "make a list in BSD style" },
	{ OPT_STATUS, "status", NULL, "print nothing about hashes; the exit status tells" },
	{ OPT_IGNORE_MISSING, "ignore-missing", NULL, "with -c, pass over missing files" },
	{ OPT_STRICT, "strict", NULL, "does nothing: a malformed line is an error anyway" },
	{ 'w', "warn", NULL, "does nothing, for the same reason" },
	OPTION_JSON,
	OPTIONS_COMMON,
};

static const struct option_table table = {
	.tool = "rom-verify-hash",
	.synopsis = "[-a ALG] [--tag] FILE...\n"
		    "-c [--ignore-missing] [--status] LIST|MANIFEST...\n"
		    "--manifest MANIFEST FILE...\n"
		    "--key KEY [--signature SIG] FILE...\n"
		    "--same FILE FILE...",
	.summary = "Make or check lists of hashes, or check images against a manifest or a\n"
		   "signature. Names in a list are relative to the list. - is standard input.",
	.rows = rows,
};

static bool take_algorithm(struct options *o, const char *arg)
{
	if (img_digest_kind_of(arg, &o->kind))
		return true;
	diag_usage(&o->diag, "no algorithm is called %s", arg);
	return false;
}

static bool take(void *ctx, int key, const char *arg)
{
	struct options *o = ctx;

	switch (key) {
	case 'c':
		return o->check = true;
	case OPT_SAME:
		return o->same = true;
	case OPT_MANIFEST:
		o->manifest = arg;
		return true;
	case OPT_KEY:
		o->key = arg;
		return true;
	case OPT_SIGNATURE:
		o->signature = arg;
		return true;
	case 'a':
		return take_algorithm(o, arg);
	case OPT_TAG:
		return o->tag = true;
	case OPT_STATUS:
		return o->status = true;
	case OPT_IGNORE_MISSING:
		return o->ignore_missing = true;
	default:	/* --strict, --warn */
		return true;
	}
}

static bool is_stream(const char *path)
{
	return path && !strcmp(path, "-");
}

static int check_usage(const struct options *o, char **paths, int count)
{
	int i, streams = is_stream(o->manifest) + is_stream(o->key) + is_stream(o->signature);

	if (o->check + o->same + !!o->manifest + !!o->key > 1)
		return diag_usage(&o->diag,
				  "give only one of --check, --manifest, --key and --same");
	if (o->signature && !o->key)
		return diag_usage(&o->diag, "--signature goes with --key: whose should it be?");
	if (o->signature && count > 1)
		return diag_usage(&o->diag, "--signature is that of one file, not of %d", count);
	if (o->ignore_missing && !o->check)
		return diag_usage(&o->diag, "--ignore-missing goes with --check");
	if (count < 1)
		return diag_usage(&o->diag, "give a file, or - for standard input");
	if (o->same && count < 2)
		return diag_usage(&o->diag, "--same needs two files or more");
	for (i = 0; i < count; i++)
		streams += is_stream(paths[i]);
	if (streams > 1)
		return diag_usage(&o->diag, "standard input can be read only once");
	return OPTIONS_GO;
}

/* Each line is printed when its file has been read, as a pipeline expects it. */
static void print_hash(struct account *a, const char *path, const struct img_digest *digest)
{
	const struct options *o = a->options;
	enum img_status st = IMG_E_NOMEM;
	struct hashlist *one;
	struct img_error err;
	char *text;
	size_t size;

	st = hashlist_new(&one, &err);
	if (st == IMG_OK) {
		st = hashlist_add(one, path, digest, &err);
		if (st == IMG_OK)
			st = hashlist_print(one, o->tag ? HASHLIST_BSD : HASHLIST_GNU, &text, &size,
					    &err);
		hashlist_free(one);
	}
	if (st != IMG_OK) {
		account_trouble(a, path, &err);
		return;
	}
	fwrite(text, 1, size, stdout);
	free(text);
}

static void record_hash(struct account *a, const char *path, const struct img_digest *digest)
{
	char hex[IMG_DIGEST_HEX];

	img_digest_hex(digest, hex);
	json_array_append_new(a->files, json_pack("{s:o, s:s, s:s}", "name", json_text(path),
						  "algorithm", img_digest_name(digest->kind),
						  "hash", hex));
}

static int make_list(const struct options *o, char **paths, int count)
{
	struct account a = account_begin(o);
	struct img_digest digest;
	struct img_error err;
	int i;

	for (i = 0; i < count; i++) {
		if (hash_file(paths[i], o->kind, &digest, &err) != IMG_OK)
			account_trouble(&a, io_input_name(paths[i]), &err);
		else if (o->diag.json)
			record_hash(&a, paths[i], &digest);
		else
			print_hash(&a, paths[i], &digest);
	}
	return account_end(&a);
}

int main(int argc, char **argv)
{
	struct options o = { .kind = IMG_SHA512 };
	int first, status;

	status = options_parse(&table, argc, argv, take, &o, &o.diag, &first);
	if (status == OPTIONS_GO)
		status = check_usage(&o, argv + first, argc - first);
	if (status != OPTIONS_GO)
		return status;
	if (o.check)
		return check_lists(&o, argv + first, argc - first);
	if (o.manifest)
		return check_against_manifest(&o, argv + first, argc - first);
	if (o.key)
		return check_signatures(&o, argv + first, argc - first);
	if (o.same)
		return compare_files(&o, argv + first, argc - first);
	return make_list(&o, argv + first, argc - first);
}
