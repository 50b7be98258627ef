/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A target without libFuzzer: plays the kept inputs (corpus/NAME/, found by this program's name;
 * there have to be some) and the target's own, then changes of all of them, the same every time.
 *
 *	fuzz_NAME			as a test; FUZZ_ROUNDS changes (2000). What ends the program
 *					is written to the file FUZZ_SAVE where that is set
 *	fuzz_NAME --seeds DIRECTORY	writes the inputs there, for libFuzzer
 *	fuzz_NAME FILE...		plays these files
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "libimg/core/save.h"
#include "tests/fuzz/fuzz.h"
#include "tests/synth/structure.h"

enum { INPUTS_MAX = 1024, SECONDS_MAX = 1 };

struct inputs {
	struct img *list[INPUTS_MAX];
	size_t count, kept;		/* the kept ones are the first */
};

/* What is being played, for the handler of a crash. */
static char playing[128];
static struct img_view played;

static void save_played(const char *path)
{
	int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;

	if (fd >= 0)
		(void)!write(fd, img_view_data(played), img_view_size(played));
}

static void crashed(int sig)
{
	static const char bad[] = "not ok 1 - ";

	save_played(getenv("FUZZ_SAVE"));

	if (write(1, bad, sizeof(bad) - 1) > 0 && write(1, playing, strlen(playing)) > 0)
		(void)!write(1, "\n", 1);
	signal(sig, SIG_DFL);
	raise(sig);
}

static void take(void *ctx, struct img_view bytes)
{
	struct inputs *in = ctx;

	if (in->count < INPUTS_MAX && img_view_size(bytes))
		in->list[in->count++] = fuzz_copy(bytes);
}

/* Time of the processor, so that a busy machine does not count. */
static double play(struct img_view v)
{
	clock_t start = clock();

	played = v;
	(void)LLVMFuzzerTestOneInput(img_view_data(v), img_view_size(v));
	return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static void result(unsigned number, const char *what, size_t count, double slowest)
{
	bool hangs = slowest > SECONDS_MAX;

	printf("%sok %u - %zu %s", hangs ? "not " : "", number, count, what);
	if (hangs)
		printf(", of which one took %.1f s", slowest);
	printf("\n");
	fflush(stdout);
}

/* 1 to 4 changes of bytes or of what structure_find() knows, or another length. */
static struct img *change(struct img_view original, uint64_t *state)
{
	static struct structure_field fields[STRUCTURE_FIELDS];
	size_t size = img_view_size(original), count = 0;
	uint64_t kind = structure_random(state) % 8, n = 1 + structure_random(state) % 4;
	struct img_view v = original;
	struct img *img;

	if (kind == 0 && size > 1)
		fuzz_must(img_view_slice(v, 0, 1 + structure_random(state) % (size - 1), &v,
					 NULL) == IMG_OK);
	img = fuzz_copy(v);
	size = img_view_size(v);
	if (kind > 3)
		count = structure_find(v, fields, STRUCTURE_FIELDS);
	while (kind && n--) {
		size_t which = count ? structure_random(state) % count : 0;
		struct structure_field any = { (uint32_t)(structure_random(state) % size), 1,
					       false, "byte", 0 };

		if (count)
			structure_put(img_span(img), &fields[which],
				      structure_other(v, fields, count, which, state));
		else
			structure_put(img_span(img), &any,
				      structure_other(v, &any, 1, 0, state));
	}
	return img;
}

static void run_changes(const struct inputs *in, size_t rounds)
{
	double slowest = 0, took;

	for (size_t i = 0; i < rounds; i++) {
		uint64_t state = 0x9e3779b97f4a7c15u * (i + 1);
		struct img *img;

		snprintf(playing, sizeof(playing), "change %zu of input %zu", i, i % in->count);
		img = change(img_bytes(in->list[i % in->count]), &state);
		took = play(img_bytes(img));
		slowest = took > slowest ? took : slowest;
		img_close(img);
	}
	result(3, "changes of them", rounds, slowest);
}

static void run_inputs(const struct inputs *in, size_t from, size_t to, unsigned number,
		       const char *what)
{
	double slowest = 0, took;

	for (size_t i = from; i < to; i++) {
		snprintf(playing, sizeof(playing), "input %zu", i);
		took = play(img_bytes(in->list[i]));
		slowest = took > slowest ? took : slowest;
	}
	result(number, what, to - from, slowest);
}

static int test(const struct inputs *in)
{
	const char *rounds = getenv("FUZZ_ROUNDS");

	signal(SIGSEGV, crashed);
	signal(SIGBUS, crashed);
	signal(SIGFPE, crashed);
	signal(SIGABRT, crashed);
	if (in->kept)
		run_inputs(in, 0, in->kept, 1, "kept inputs");
	else
		printf("not ok 1 - nothing is kept for this target in tests/fuzz/corpus\n");
	run_inputs(in, in->kept, in->count, 2, "inputs of its own");
	run_changes(in, (rounds ? strtoul(rounds, NULL, 10) : 2000) /
			(&fuzz_cost ? fuzz_cost : 1));
	return 0;
}

static int write_seeds(const struct inputs *in, const char *directory)
{
	struct img_error err;
	char path[512];

	for (size_t i = 0; i < in->count; i++) {
		snprintf(path, sizeof(path), "%s/%03zu", directory, i);
		fuzz_ok(img_save_view(img_bytes(in->list[i]), path, IMG_SAVE_REPLACE, &err), &err);
	}
	return 0;
}

static int play_files(char **names)
{
	struct img_error err;
	struct img *img;

	for (; *names; names++) {
		fuzz_ok(img_open(*names, &img, &err), &err);
		printf("%s: %.3f s\n", *names, play(img_bytes(img)));
		img_close(img);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');
	struct inputs in = { .count = 0 };
	int status;

	if (argc > 1 && strcmp(argv[1], "--seeds"))
		return play_files(argv + 1);
	name = name ? name + 1 : argv[0];
	fuzz_add_kept(take, &in, name + strlen("fuzz_"));
	in.kept = in.count;
	fuzz_seeds(take, &in);
	if (in.count == in.kept)
		take(&in, img_view_of("?", 1));
	status = argc > 2 ? write_seeds(&in, argv[2]) : test(&in);
	while (in.count)
		img_close(in.list[--in.count]);
	return status;
}
