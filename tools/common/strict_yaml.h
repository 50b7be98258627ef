/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * YAML read event by event, where every event has to be the expected one: nothing can nest
 * deeper than its format does. One document; no anchors, aliases or tags; a key once.
 *
 * A take_fn finds the first event of its value as the current one and leaves its last.
 * All functions fill err with a sentence that begins with "line N: ". IMG_E_CORRUPT: not
 * YAML, or not of the wanted shape. IMG_E_UNSUPPORTED: an unknown key, anchors, aliases,
 * tags. IMG_E_SPACE: over a limit. IMG_E_NOMEM.
 */
#ifndef TOOLS_COMMON_STRICT_YAML_H
#define TOOLS_COMMON_STRICT_YAML_H

#include <yaml.h>

#include "libimg/core/view.h"

struct yaml_in {
	yaml_parser_t parser_;
	yaml_event_t event_;
	struct img_view text_;
	char *pool_;
	size_t pool_size_, pool_used_;
	struct img_error *err;
};

typedef enum img_status yaml_take_fn(struct yaml_in *in, const char *key, void *ctx);

struct yaml_key {
	const char *name;
	yaml_take_fn *take;
};

/* Kept strings go to pool, which has size bytes and belongs to the caller, like text. */
enum img_status yaml_in_open(struct yaml_in *in, struct img_view text, char *pool, size_t size,
			     struct img_error *err) IMG_CHECKED;
void yaml_in_close(struct yaml_in *in);

/* The whole file is one mapping; otherwise as yaml_in_mapping(). IMG_E_ABSENT: nothing in it. */
enum img_status yaml_in_document(struct yaml_in *in, const char *what,
				 const struct yaml_key *keys, size_t count, unsigned *seen,
				 void *ctx) IMG_CHECKED;

/* A mapping with known keys. seen[i], 0 before, becomes the line of keys[i]. */
enum img_status yaml_in_mapping(struct yaml_in *in, const char *what,
				const struct yaml_key *keys, size_t count, unsigned *seen,
				void *ctx) IMG_CHECKED;

/* A mapping whose keys are names: take() finds the name as the current event. */
enum img_status yaml_in_names(struct yaml_in *in, const char *what, yaml_take_fn *take,
			      void *ctx) IMG_CHECKED;

/* A list of 1 to max things; *count, 0 before, is how many were taken before each. */
enum img_status yaml_in_list(struct yaml_in *in, const char *key, size_t max, size_t *count,
			     yaml_take_fn *take, void *ctx) IMG_CHECKED;

enum img_status yaml_in_next(struct yaml_in *in) IMG_CHECKED;
unsigned yaml_in_line(const struct yaml_in *in);

/* 1 to max bytes without control characters, borrowed until the next event; NULL: an error. */
const char *yaml_in_scalar(struct yaml_in *in, const char *key, size_t max);

/* The same, copied to the pool. */
enum img_status yaml_in_keep(struct yaml_in *in, const char *key, size_t max, const char **out)
	IMG_CHECKED;

/* As img_size_parse() reads it. */
enum img_status yaml_in_size(struct yaml_in *in, const char *key, uint64_t *out) IMG_CHECKED;

/* One of the words; *out is its number. */
enum img_status yaml_in_word(struct yaml_in *in, const char *key, const char *const *words,
			     size_t count, size_t *out) IMG_CHECKED;

/* img_fail() with the line in front. */
enum img_status yaml_in_fail(struct img_error *err, enum img_status status, unsigned line,
			     const char *fmt, ...) IMG_PRINTF(4, 5);

#endif
