/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/gpgv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tools/common/child.h"

/* "[GNUPG:] WORD arg arg ...", cut into its words. */
enum { ARGS_MAX = 12 };

struct status_line {
	const char *word;
	const char *arg[ARGS_MAX];	/* "" where there is no more */
	const char *rest;		/* behind the first */
};

/* What all lines together say. */
struct verdict {
	unsigned asked, good, valid;	/* signatures */
	bool other_use;			/* one is not a document's */
	enum img_status status;		/* the first that is wrong, else IMG_OK */
	char why[GPGV_WORDS];
	struct gpgv_signer signer;
};

static bool is(const struct status_line *s, const char *word)
{
	return !strcmp(s->word, word);
}

static void wrong(struct verdict *v, enum img_status status, const char *fmt, const char *who)
{
	if (v->status != IMG_OK)
		return;
	v->status = status;
	snprintf(v->why, sizeof(v->why), fmt, who);
}

/* Its sixth argument is libgpg-error's number: 9 is "no public key", 4 an unknown algorithm. */
static void take_error(struct verdict *v, const struct status_line *s)
{
	if (!strcmp(s->arg[5], "9"))
		wrong(v, IMG_E_MISMATCH, "made with the key %s, which is not in the key file",
		      s->arg[0]);
	else if (!strcmp(s->arg[5], "4"))
		wrong(v, IMG_E_UNSUPPORTED,
		      "the installed gpgv does not know the algorithm of the key %s", s->arg[0]);
	else
		wrong(v, IMG_E_CORRUPT, "gpgv cannot check it: error %s", s->arg[5]);
}

/*
 * The ninth argument is the kind of signature: 00 and 01 are of documents. Another kind can be
 * valid whatever the file is, because it does not cover the file.
 */
static void take_valid(struct verdict *v, const struct status_line *s)
{
	const char *primary = *s->arg[9] ? s->arg[9] : s->arg[0];

	if (strcmp(s->arg[8], "00") && strcmp(s->arg[8], "01"))
		v->other_use = true;
	if (!v->valid++)
		snprintf(v->signer.fingerprint, sizeof(v->signer.fingerprint), "%s", primary);
}

static void take_line(struct verdict *v, const struct status_line *s)
{
	if (is(s, "NEWSIG")) {
		v->asked++;
	} else if (is(s, "GOODSIG")) {
		if (!v->good++)
			snprintf(v->signer.user, sizeof(v->signer.user), "%s", s->rest);
	} else if (is(s, "VALIDSIG")) {
		take_valid(v, s);
	} else if (is(s, "BADSIG")) {
		wrong(v, IMG_E_MISMATCH, "made by %s, but not of these bytes: the file was "
		      "changed, or it is the signature of another file", s->rest);
	} else if (is(s, "EXPSIG")) {
		wrong(v, IMG_E_MISMATCH, "made by %s to hold until a day that is past", s->rest);
	} else if (is(s, "EXPKEYSIG")) {
		wrong(v, IMG_E_MISMATCH, "made by %s with a key that has expired; if it was "
		      "extended since, get the key file anew", s->rest);
	} else if (is(s, "REVKEYSIG")) {
		wrong(v, IMG_E_MISMATCH, "made by %s with a key that was revoked", s->rest);
	} else if (is(s, "ERRSIG")) {
		take_error(v, s);
	}
}

/* Cuts in place. False: not a status line. */
static bool cut(char *line, struct status_line *out)
{
	static const char mark[] = "[GNUPG:] ";
	char *p, *save = NULL;
	size_t i;

	if (strncmp(line, mark, sizeof(mark) - 1))
		return false;
	*out = (struct status_line){ .word = line + sizeof(mark) - 1, .rest = "" };
	for (i = 0; i < ARGS_MAX; i++)
		out->arg[i] = "";
	p = strchr(out->word, ' ');
	if (!p)
		return true;
	*p++ = 0;
	if (strchr(p, ' '))
		out->rest = strchr(p, ' ') + 1;
	if (is(out, "VALIDSIG") || is(out, "ERRSIG"))
		for (i = 0; i < ARGS_MAX && (p = strtok_r(i ? NULL : p, " ", &save)); i++)
			out->arg[i] = p;
	return true;
}

static void read_status(char *text, struct verdict *v)
{
	struct status_line s;
	char *line, *save = NULL;

	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (cut(line, &s))
			take_line(v, &s);
}

/* gpgv's last words, without its name. */
static const char *last_line(char *text)
{
	size_t len = strlen(text);
	char *line;

	while (len && text[len - 1] == '\n')
		text[--len] = 0;
	line = strrchr(text, '\n') ? strrchr(text, '\n') + 1 : text;
	return strncmp(line, "gpgv: ", 6) ? line : line + 6;
}

static enum img_status judge(struct child_result *r, struct gpgv_signer *out,
			     struct img_error *err)
{
	struct verdict v = { .status = IMG_OK };

	read_status(r->out, &v);
	if (v.status != IMG_OK)
		return img_fail(err, v.status, IMG_NOWHERE, "%s", v.why);
	if (v.good && v.other_use)
		return img_fail(err, IMG_E_MISMATCH, IMG_NOWHERE,
				"a signature of something else than a file");
	if (r->status || !v.good || v.good != v.valid || v.good != v.asked)
		return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
				"gpgv does not find it good, and says: %.300s", last_line(r->err));
	*out = v.signer;
	return IMG_OK;
}

/* Bytes as a file without a name. */
static enum img_status hand_over(struct img_view bytes, int *fd, struct img_error *err)
{
	size_t size = img_view_size(bytes), done = 0;
	struct img_view rest;
	ssize_t n;

	*fd = memfd_create("romwright", MFD_CLOEXEC);
	if (*fd < 0)
		return img_fail_errno(err, errno, "cannot keep a file in memory");
	while (done < size) {
		enum img_status st = img_view_slice(bytes, done, size - done, &rest, err);

		if (st != IMG_OK)
			return st;
		n = write(*fd, img_view_data(rest), img_view_size(rest));
		if (n < 0 && errno != EINTR)
			return img_fail_errno(err, errno, "cannot keep a file in memory");
		done += n > 0 ? (size_t)n : 0;
	}
	return IMG_OK;
}

static enum img_status run(const int fds[3], struct gpgv_signer *out, struct img_error *err)
{
	/* Its descriptors 3 to 5, opened anew so that each is read from its first byte. */
	static const char *const argv[] = {
		"gpgv", "--status-fd", "1", "--keyring", "/proc/self/fd/3", "--",
		"/proc/self/fd/4", "/proc/self/fd/5", NULL,
	};
	struct child c = { .argv = argv, .fds = fds, .fd_count = 3, .seconds = GPGV_SECONDS };
	struct child_result *r = malloc(sizeof(*r));
	enum img_status st;

	if (!r)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	st = child_run(&c, r, err);
	if (st == IMG_E_ABSENT)
		st = img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
			      "an OpenPGP signature, which is checked by gpgv, and gpgv is not "
			      "installed; install it (Debian: apt-get install gpgv)");
	if (st == IMG_OK)
		st = judge(r, out, err);
	free(r);
	return st;
}

enum img_status gpgv_verify(struct img_view signature, struct img_view keys, int fd,
			    struct gpgv_signer *out, struct img_error *err)
{
	int fds[3] = { -1, -1, fd }, i;
	enum img_status st = hand_over(keys, &fds[0], err);

	if (st == IMG_OK)
		st = hand_over(signature, &fds[1], err);
	if (st == IMG_OK)
		st = run(fds, out, err);
	for (i = 0; i < 2; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return st;
}
