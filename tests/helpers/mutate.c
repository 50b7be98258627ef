/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mutate SEED IN OUT: a damaged copy of an image, the same for the same seed. The damage is where
 * it may hurt: descriptor, FMAP, CBFS headers, length.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE_MAX_IN = 32 << 20, SPOTS_MAX = 64 };

static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state >> 11;
}

/* Where one of the places begins that start with the mark; 0: there is none. */
static size_t find_one(const uint8_t *bytes, size_t size, const char *mark, uint64_t *state)
{
	size_t spots[SPOTS_MAX], count = 0, len = strlen(mark);
	const uint8_t *at = bytes;

	while (count < SPOTS_MAX && (at = memmem(at, size - (size_t)(at - bytes), mark, len))) {
		spots[count++] = (size_t)(at - bytes);
		at += len;
	}
	return count ? spots[next(state) % count] : 0;
}

static void put_random(uint8_t *at, size_t room, uint64_t *state)
{
	unsigned n = 1 + (unsigned)(next(state) % 8);

	while (n--)
		at[next(state) % room] = (uint8_t)next(state);
}

/* Lengths and offsets that programs get wrong. */
static void put_extreme(uint8_t *at, size_t room, uint64_t *state)
{
	static const uint8_t words[][4] = {
		{ 0, 0, 0, 0 }, { 255, 255, 255, 255 }, { 127, 255, 255, 255 },
		{ 255, 255, 255, 127 }, { 128, 0, 0, 0 }, { 0, 0, 0, 128 }, { 0, 0, 0, 1 },
		{ 1, 0, 0, 0 }, { 255, 255, 255, 240 }, { 240, 255, 255, 255 },
	};
	unsigned n = 1 + (unsigned)(next(state) % 3);

	while (n--)
		memcpy(at + next(state) % (room / 4) * 4,
		       words[next(state) % (sizeof(words) / sizeof(words[0]))], 4);
}

static size_t damage(uint8_t *bytes, size_t size, uint64_t seed)
{
	uint64_t state = 0x9e3779b97f4a7c15u * (seed + 1);
	size_t fmap = find_one(bytes, size, "__FMAP__", &state);
	size_t file = find_one(bytes, size, "LARCHIVE", &state);

	switch (seed % 8) {
	/* Signature and maps, components, regions, masters. */
	case 0: put_random(bytes + 0x10, 0x100, &state); break;
	case 1: put_extreme(bytes + 0x10, 0x90, &state); break;
	case 2: put_extreme(bytes + 0x10, 0x20, &state); break;
	case 3: put_random(bytes + fmap, 512, &state); break;
	case 4: put_extreme(bytes + fmap, 512, &state); break;
	case 5: put_random(bytes + file, 64, &state); break;
	case 6: put_extreme(bytes + file + 8, 24, &state); break;
	default: return (size_t)(next(&state) % size) + 1;
	}
	return size;
}

static size_t read_file(const char *path, uint8_t *bytes)
{
	FILE *in = fopen(path, "rb");
	size_t size;

	if (!in)
		return 0;
	size = fread(bytes, 1, SIZE_MAX_IN, in);
	fclose(in);
	return size;
}

static bool write_file(const char *path, const uint8_t *bytes, size_t size)
{
	FILE *out = fopen(path, "wb");
	bool written;

	if (!out)
		return false;
	written = fwrite(bytes, 1, size, out) == size;
	return !fclose(out) && written;
}

/* Whatever a program of the tests left behind would be taken for a leak of the program's. */
static bool mutate(uint64_t seed, const char *in, const char *out)
{
	/* What is put behind a mark near the end still has room. */
	uint8_t *bytes = calloc(1, SIZE_MAX_IN + 4096);
	size_t size = bytes ? read_file(in, bytes) : 0;
	bool done = size >= 8192 && write_file(out, bytes, damage(bytes, size, seed));

	free(bytes);
	return done;
}

int main(int argc, char **argv)
{
	return argc == 4 && mutate(strtoull(argv[1], NULL, 10), argv[2], argv[3]) ? 0 : 2;
}
