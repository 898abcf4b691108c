/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/map.h"

#include <errno.h>
#include <stdlib.h>

#include "base/vec.h"

/* FNV-1a, 32 bits, with a final mix so that a mask of low bits is enough. */
static unsigned hash_bytes(struct view v)
{
	unsigned h = 2166136261u;
	for (size_t i = 0; i < v.len; i++)
		h = (h ^ (unsigned char)v.ptr[i]) * 16777619u;
	return h ^ (h >> 15);
}

void map_release(struct map *m)
{
	free(m->entries);
	free(m->slots);
	*m = (struct map)MAP_INIT;
}

/* Returns the slot where KEY is or would go; M has slots and a free one among them. */
static size_t slot_of(const struct map *m, struct view key, unsigned hash)
{
	size_t i = hash & (m->nslots - 1);
	while (m->slots[i]) {
		const struct map_entry *e = &m->entries[m->slots[i] - 1];
		if (e->hash == hash && view_eq(e->key, key))
			return i;
		i = (i + 1) & (m->nslots - 1);
	}
	return i;
}

struct map_entry *map_find(const struct map *m, struct view key)
{
	if (!m->nslots)
		return NULL;
	unsigned at = m->slots[slot_of(m, key, hash_bytes(key))];
	return at ? &m->entries[at - 1] : NULL;
}

void *map_get(const struct map *m, struct view key)
{
	struct map_entry *e = map_find(m, key);
	return e ? e->value : NULL;
}

static int grow_slots(struct map *m)
{
	size_t want = m->nslots ? m->nslots * 2 : 16;
	unsigned *slots = calloc(want, sizeof *slots);
	if (!slots)
		return -ENOMEM;
	free(m->slots);
	m->slots = slots;
	m->nslots = want;
	for (size_t i = 0; m->entries && i < m->n; i++)
		m->slots[slot_of(m, m->entries[i].key, m->entries[i].hash)] = (unsigned)i + 1;
	return 0;
}

int map_put(struct map *m, struct view key, void *value)
{
	struct map_entry *e = map_find(m, key);
	if (e) {
		e->value = value;
		return 0;
	}
	if ((m->n + 1) * 4 > m->nslots * 3 && grow_slots(m) < 0)
		return -ENOMEM;
	e = vec_grow(m->entries, &m->cap, m->n + 1, sizeof *e);
	if (!e)
		return -ENOMEM;
	m->entries = e;
	unsigned hash = hash_bytes(key);
	m->entries[m->n++] = (struct map_entry){key, value, hash};
	m->slots[slot_of(m, key, hash)] = (unsigned)m->n;
	return 1;
}
