/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what was typed to one run of the release engine, and what is said of it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/common/board.h"
#include "tools/common/io.h"
#include "tools/common/json.h"
#include "tools/common/signature.h"
#include "tools/inject/inject.h"
#include "tools/release/job.h"
#include "tools/release/manifest_board.h"
#include "tools/release/name.h"
#include "tools/release/pool.h"

/* What has to be freed when the run is over. */
struct run {
	const struct settings *s;
	const struct diag *d;
	struct release_request request;
	struct board_handle *board;
	struct manifest_board *unknown;	/* a board that only the release knows */
	struct mac_choice mac;
	int signed_fd;			/* what the signature was checked of, or -1 */
	char signed_path[32];
	const char *signed_input;
	struct release_name name;	/* of the archive that is read or written */
	char *manifest_path, *prefix;
};

static bool is_archive(const char *path)
{
	return strcmp(path, "-") && release_name_is_archive(path);
}

static enum sink_kind sink_of(const struct settings *s, enum release_kind kind)
{
	if (!s->output)
		return SINK_NOWHERE;
	if (s->repack || (s->strip && is_archive(s->output)))
		return SINK_ARCHIVE;
	return kind == RELEASE_ROMS && s->input_count == 1 ? SINK_FILE : SINK_DIRECTORY;
}

/* By -b, else by the name of the archive that is read; ROMs to be packed: that is written. */
static enum img_status name_board(struct run *r, const char **id, struct img_error *err)
{
	const struct settings *s = r->s;
	bool packs = s->strip && r->request.kind == RELEASE_ROMS && s->output &&
		     is_archive(s->output);
	const char *path = packs ? s->output : s->input[0];
	enum img_status st = IMG_OK;

	if (r->request.kind == RELEASE_ARCHIVE || packs)
		st = release_name_parse(path, &r->name, err);
	*id = s->board;
	if (s->board)
		return IMG_OK;
	if (st == IMG_OK && !r->name.board)
		st = release_directory_board(s->input[0], &r->name, err);
	if (st != IMG_OK)
		img_error_prefix(err, "%s", io_input_name(path));
	*id = r->name.board;
	return st;
}

/* A table of ours or a file of the user's; else what the release itself says of its board. */
static enum img_status find_board(struct run *r, struct img_error *err)
{
	struct release_request *rq = &r->request;
	const struct settings *s = r->s;
	enum img_status st;
	const char *id;

	st = name_board(r, &id, err);
	if (st != IMG_OK)
		return st;
	st = board_find(id, &r->board, err);
	if (st == IMG_OK) {
		board_announce(r->d, r->board);
		rq->board = board_info(r->board);
	} else if (st == IMG_E_ABSENT && !s->strip && rq->kind != RELEASE_ROMS &&
		   manifest_board_find(rq->kind, rq->inputs, rq->input_count, id, &r->unknown,
				       NULL) == IMG_OK) {
		rq->board = manifest_board_info(r->unknown);
		diag_note(r->d, NULL, "board %s is not known here; what the release's manifest "
			  "says of it is used", id);
		return IMG_OK;
	}
	return st;
}

static enum img_status choose_mac(struct run *r, struct img_error *err)
{
	const struct settings *s = r->s;
	enum img_status st;
	char *base;

	if (s->gbe_from)
		return mac_from_backup(s->gbe_from, &r->mac, err);
	base = s->vendor ? io_format("%s/gbe.bin", s->vendor) : NULL;
	if (s->vendor && !base)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	st = mac_choose(s->mac, r->request.board, base, &r->mac, err);
	free(base);
	r->mac.spelled = s->mac && strlen(s->mac) == 17 && !strpbrk(s->mac, "?xX");
	return st;
}

static enum img_status read_epoch(struct release_request *rq, struct img_error *err)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");
	char *end;

	if (!text)
		return IMG_OK;
	errno = 0;
	rq->epoch = strtoull(text, &end, 10);
	if (!*text || *end || errno || *text == '-')
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"SOURCE_DATE_EPOCH is \"%.40s\", which is no number of seconds",
				text);
	rq->has_epoch = true;
	return IMG_OK;
}

/* Beside a single ROM: OUT's name with .manifest. */
static enum img_status name_manifest(struct run *r, struct img_error *err)
{
	const char *out = r->s->output, *slash;
	char *stem;

	if (r->request.sink.kind != SINK_FILE || !strcmp(out, "-"))
		return IMG_OK;
	slash = strrchr(out, '/');
	stem = io_stem(out);
	if (stem)
		r->manifest_path = io_format("%.*s%s.manifest",
					     slash ? (int)(slash - out) + 1 : 0, out, stem);
	free(stem);
	r->request.manifest_path = r->manifest_path;
	return r->manifest_path ? IMG_OK
				: img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
}

/*
 * A bad or missing signature stops everything. What is read afterwards is the very file that
 * was checked, whatever has its name by then.
 */
static enum img_status check_signature(struct run *r, struct img_error *err)
{
	const struct settings *s = r->s;
	struct signature_report report = { 0 };
	enum img_status st;

	if (!s->key)
		return IMG_OK;
	if (r->request.kind != RELEASE_ARCHIVE)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"--key is for release archives: %s is none", s->input[0]);
	st = img_open_file(s->input[0], &r->signed_fd, err);
	if (st == IMG_OK)
		st = signature_check_fd(r->signed_fd, s->input[0], s->signature, s->key, &report,
					err);
	if (st == IMG_OK) {
		diag_note(r->d, s->input[0], "good signature by key %s%s%s", report.key,
			  report.words ? ": " : "", report.words ? report.words : "");
		snprintf(r->signed_path, sizeof(r->signed_path), "/dev/fd/%d", r->signed_fd);
		r->signed_input = r->signed_path;
		r->request.inputs = &r->signed_input;
	} else {
		img_error_prefix(err, "%s", s->input[0]);
	}
	signature_end(&report);
	return st;
}

static enum img_status prepare(struct run *r, struct img_error *err)
{
	struct release_request *rq = &r->request;
	const struct settings *s = r->s;
	enum img_status st;

	rq->kind = release_kind_of(s->input, s->input_count);
	rq->inputs = s->input;
	rq->input_count = s->input_count;
	st = check_signature(r, err);
	if (st == IMG_OK)
		st = find_board(r, err);
	if (st != IMG_OK)
		return st;
	rq->direction = s->strip ? RELEASE_STRIP : RELEASE_INJECT;
	rq->vendor_directory = s->vendor;
	rq->mac = &r->mac;
	rq->only = s->only;
	rq->checks = &s->checks;
	rq->jobs = s->jobs ? s->jobs : pool_cores();
	rq->project = r->name.project;
	rq->version = r->name.version;
	r->prefix = io_format("bin/%s", rq->board->id);
	rq->sink = (struct sink_request){ sink_of(s, rq->kind), s->output, s->replace, s->dry_run,
					   r->prefix, r->d };
	if (!r->prefix)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	st = choose_mac(r, err);
	if (st == IMG_OK)
		st = read_epoch(rq, err);
	return st == IMG_OK ? name_manifest(r, err) : st;
}

static enum img_status print_json(const struct run *r, const struct release_result *result,
				  struct img_error *err)
{
	json_t *roms = json_array();
	char hex[IMG_DIGEST_HEX];
	size_t i;

	for (i = 0; i < result->count; i++) {
		img_digest_hex(&result->rom[i].sha512, hex);
		json_array_append_new(roms, json_pack("{s:o, s:I, s:s}", "name",
						      json_text(result->rom[i].name), "size",
						      (json_int_t)result->rom[i].size, "sha512",
						      hex));
	}
	return json_print(json_pack("{s:s, s:s, s:b, s:b, s:b, s:o}", "board", r->request.board->id,
				    "direction", r->s->strip ? "strip" : "inject", "worked_on",
				    result->worked_on > 0, "proved", result->proved, "mac_changed",
				    result->mac_changed, "roms", roms), err);
}

static void say_mac(const struct run *r, const struct release_result *result)
{
	char text[18];

	if (r->mac.keep)
		return;
	if (!result->mac_changed)
		diag_note(r->d, NULL, "board %s has no GbE region, so there is no MAC to set",
			  r->request.board->id);
	else if (r->mac.set) {
		img_gbe_mac_text(r->mac.mac, text);
		diag_note(r->d, NULL, "MAC address %s", text);
	}
}

static enum img_status report(const struct run *r, const struct release_result *result,
			      struct img_error *err)
{
	const char *input = io_input_name(r->s->input[0]);

	if (!r->s->strip && !result->worked_on)
		diag_note(r->d, input, "has its vendor files already; they were left as they are");
	else if (!result->proved)
		diag_note(r->d, input, "there is no list of hashes, so nothing proves the result");
	say_mac(r, result);
	if (r->d->json)
		return print_json(r, result, err);
	diag_note(r->d, NULL, "%s%zu ROM image%s for %s%s%s", r->s->dry_run ? "would write " : "",
		  result->count, result->count == 1 ? "" : "s", r->request.board->id,
		  r->s->dry_run ? "" : " in ", r->s->dry_run ? "" : io_output_name(r->s->output));
	return IMG_OK;
}

/* Is the output the archive that is read? Then *was is that file. */
static bool is_in_place(const struct run *r, struct stat *was)
{
	struct stat out;

	return r->request.sink.kind == SINK_ARCHIVE && r->s->output &&
	       !stat(r->s->output, &out) && !stat(r->s->input[0], was) && S_ISREG(was->st_mode) &&
	       out.st_ino == was->st_ino && out.st_dev == was->st_dev;
}

/* Who works on an archive in place asks first whether there still is one. */
static enum img_status run_release(struct run *r, struct release_result *result,
				   struct img_error *err)
{
	struct stat was, is;
	bool in_place = is_in_place(r, &was);
	enum img_status st = release_run(&r->request, r->d, result, err);

	if (st != IMG_OK && in_place && !stat(r->s->output, &is) && is.st_ino == was.st_ino &&
	    is.st_mtim.tv_sec == was.st_mtim.tv_sec && is.st_mtim.tv_nsec == was.st_mtim.tv_nsec)
		img_error_suffix(err, "; the archive was left as it was");
	return st;
}

int inject_release(const struct settings *s, const struct diag *d)
{
	struct run r = { .s = s, .d = d, .signed_fd = -1 };
	struct release_result result;
	struct img_error err;
	bool named = false;	/* errors of prepare() name what they are about */
	enum img_status st;

	st = prepare(&r, &err);
	if (st == IMG_OK) {
		named = true;
		st = run_release(&r, &result, &err);
	}
	if (st == IMG_OK) {
		st = report(&r, &result, &err);
		release_result_free(&result);
	}
	if (r.signed_fd >= 0)
		close(r.signed_fd);
	mac_choice_close(&r.mac);
	release_name_close(&r.name);
	manifest_board_close(r.unknown);
	board_close(r.board);
	free(r.manifest_path);
	free(r.prefix);
	if (st == IMG_OK)
		return EXIT_DONE;
	return diag_error(d, named ? io_input_name(s->input[0]) : NULL, &err);
}
