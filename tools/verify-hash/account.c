/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/verify-hash/verify.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tools/common/io.h"

struct account account_begin(const struct options *o)
{
	return (struct account){ .options = o, .files = o->diag.json ? json_array() : NULL };
}

/* The sentence alone: the object of --json comes at the end. */
static void say(const struct account *a, const char *file, const struct img_error *err)
{
	struct diag d = a->options->diag;

	d.json = false;
	diag_error(&d, file, err);
}

/*
 * As coreutils prints a name: a line break in it may not look like another line. What a terminal
 * would obey is not printed at all.
 */
static void print_line(const char *name, const char *word)
{
	size_t n;

	if (strpbrk(name, "\n\r\\"))
		putchar('\\');
	for (; *name; name += n ? n : 1) {
		n = diag_printable(name);
		if (*name == '\n' || *name == '\r' || *name == '\\')
			printf("\\%c", *name == '\n' ? 'n' : *name == '\r' ? 'r' : '\\');
		else if (n)
			fwrite(name, 1, n, stdout);
		else
			printf("\\x%02x", (unsigned char)*name);
	}
	printf(": %s\n", word);
}

/* Somebody else's words. */
static void print_words(const char *label, const char *words)
{
	printf("  %s: ", label);
	diag_text(words, stdout);
	putchar('\n');
}

static void set_digest(json_t *file, const char *key, const struct img_digest *d)
{
	char hex[IMG_DIGEST_HEX];

	if (!d)
		return;
	img_digest_hex(d, hex);
	json_object_set_new(file, key, json_string(hex));
}

/* The new element, to which more may be added; NULL without --json. */
static json_t *record(struct account *a, const char *name, const char *result, const char *as,
		      const struct img_digest *expected, const struct img_digest *found)
{
	json_t *file;

	if (!a->files)
		return NULL;
	file = json_pack("{s:o, s:s}", "name", json_text(name), "result", result);
	if (found)
		json_object_set_new(file, "algorithm",
				    json_string(img_digest_name(found->kind)));
	set_digest(file, "expected", expected);
	set_digest(file, "found", found);
	if (as)
		json_object_set_new(file, "as", json_text(as));
	json_array_append_new(a->files, file);
	return file;
}

void account_good(struct account *a, const char *name, const struct img_digest *found,
		  const char *as, bool other_gbe)
{
	const struct options *o = a->options;
	json_t *file = record(a, name, "ok", as, NULL, found);

	a->good++;
	if (file && other_gbe)
		json_object_set_new(file, "gbe_differs", json_true());
	if (!o->diag.quiet && !o->status && !o->diag.json)
		print_line(name, other_gbe ? "OK (GbE region differs)" : "OK");
	if (other_gbe && !o->status)
		diag_note(&o->diag, name, "the same but for the GbE region: another MAC address");
}

void account_signed(struct account *a, const char *name, const struct signature_report *r)
{
	const struct options *o = a->options;
	json_t *file = record(a, name, "ok", NULL, NULL, NULL);

	a->good++;
	if (file) {
		json_object_set_new(file, "signature", json_text(r->file));
		json_object_set_new(file, "kind", json_string(signature_kind_word(r->kind)));
		json_object_set_new(file, "key", json_text(r->key));
		if (r->words)
			json_object_set_new(file, "words", json_text(r->words));
	}
	if (o->diag.quiet || o->status || o->diag.json)
		return;
	print_line(name, "OK");
	print_words("signature", io_input_name(r->file));
	printf("  key: %s (%s)\n", r->key, signature_kind_word(r->kind));
	if (r->words)
		print_words(r->kind == SIGNATURE_OPENPGP ? "signed by" : "trusted comment",
			    r->words);
}

void account_bad(struct account *a, const char *name, const struct img_digest *found,
		 const struct img_digest *expected, const struct img_error *err)
{
	const struct options *o = a->options;
	json_t *file = record(a, name, "failed", NULL, expected, found);

	a->bad++;
	if (file && !found)	/* no hashes, which would tell by themselves */
		json_object_set_new(file, "text", json_text(err->text));
	if (o->status)
		return;
	if (!o->diag.json)
		print_line(name, "FAILED");
	say(a, name, err);
}

static void keep_error(struct account *a, const char *file, const struct img_error *err)
{
	if (!a->files || a->error)
		return;
	a->error = json_pack("{s:s, s:o, s:o, s:o}", "status", img_status_word(err->status), "at",
			     err->at == IMG_NOWHERE ? json_null()
						    : json_integer((json_int_t)err->at),
			     "text", json_text(err->text), "file", json_text(file));
}

void account_unread(struct account *a, const char *name, const struct img_error *err,
		    bool quietly)
{
	const struct options *o = a->options;

	a->trouble++;
	record(a, name, "unread", NULL, NULL, NULL);
	if (!o->status && !o->diag.json)
		print_line(name, "FAILED open or read");
	if (quietly)
		return;
	keep_error(a, name, err);
	say(a, name, err);
}

void account_trouble(struct account *a, const char *file, const struct img_error *err)
{
	a->trouble++;
	keep_error(a, file, err);
	say(a, file, err);
}

int account_end(struct account *a)
{
	const struct options *o = a->options;
	struct img_error err;
	json_t *root;

	if (a->files) {
		root = json_pack("{s:o}", "files", a->files);
		if (o->check || o->manifest || o->key) {
			json_object_set_new(root, "ok", json_integer(a->good));
			json_object_set_new(root, "failed", json_integer(a->bad));
		}
		if (a->error)
			json_object_set_new(root, "error", a->error);
		if (json_print(root, &err) != IMG_OK)
			return diag_error(&o->diag, NULL, &err);
	} else if (fflush(stdout) || ferror(stdout)) {
		img_fail_errno(&err, errno, "cannot write");
		return diag_error(&o->diag, "standard output", &err);
	}
	if (a->trouble)
		return EXIT_TROUBLE;
	return a->bad ? EXIT_NO : EXIT_DONE;
}
