/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Derivations: ids, reading back what was written, checks, order; and how that grows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "drv/drv.h"
#include "hash/sha256.h"

/* A derivation that uses every part of the format; its JSON was written by hand. */
static const char EVERYTHING[] =
    "{\"dirs\":[\"bin\",\"lib\"],\"env\":{\"CC\":\"tcc\",\"CFLAGS\":\"-O \\\"x\\\"\"},"
    "\"inputs\":[{\"as\":\"mes\",\"drv\":"
    "\"cf8fb31a5ff0bd2c25d89fdf4bb7de3a3d1ab8ec8a3d4aa8d9f4e75bd5bd1d9c\"}],"
    "\"name\":\"tcc-0.9.27\",\"schema\":1,"
    "\"sources\":[{\"as\":\"a\",\"pin\":\"git:0123456789012345678901234567890123456789\","
    "\"unpack\":true},{\"as\":\"b\",\"nested\":\"x/y.tar\",\"pin\":\"sha256:"
    "7ddae0854e46ebfa18c13ab37e64839a7b86ea88aeed366a8d017efd11dae86e\",\"unpack\":true},"
    "{\"as\":\"c\",\"pin\":\"nar:"
    "7ddae0854e46ebfa18c13ab37e64839a7b86ea88aeed366a8d017efd11dae86e\",\"unpack\":false}],"
    "\"steps\":[{\"argv\":[\"tcc\",\"-o\",\"x\"],\"dir\":\"a\",\"env\":{\"A\":\"€\"},"
    "\"stdin\":\"in\",\"stdout\":\"/opt/boot-hurd/tcc-0.9.27/bin/x\"},{\"argv\":[\"true\"]}],"
    "\"system\":\"i686-linux\",\"type\":\"derivation\"}";

struct fixture {
	struct arena a;
	struct drv mes;
};

static const struct drv *find_mes(void *ctx, const struct digest *id)
{
	struct fixture *x = ctx;
	return digest_eq(id, &x->mes.id) ? &x->mes : NULL;
}

static void setup(struct fixture *x)
{
	*x = (struct fixture){.a = ARENA_INIT, .mes = {.name = "mes", .system = "i686-linux"}};
	digest_parse_hex(
	    view_of("cf8fb31a5ff0bd2c25d89fdf4bb7de3a3d1ab8ec8a3d4aa8d9f4e75bd5bd1d9c"),
	    &x->mes.id);
}

static void round_trip(void **state)
{
	(void)state;
	struct fixture x;
	struct drv *d = NULL;
	struct fault f = FAULT_INIT;
	struct digest want;
	setup(&x);
	assert_int_equal(drv_parse(&x.a, view_of(EVERYTHING), find_mes, &x, &d, &f), 0);
	struct buf b = BUF_INIT;
	assert_int_equal(drv_json(d, &b), 0);
	assert_string_equal(buf_str(&b), EVERYTHING);
	sha256_view(view_of(EVERYTHING), &want);
	assert_true(digest_eq(&d->id, &want));
	assert_ptr_equal(d->inputs[0].drv, &x.mes);
	assert_int_equal(d->steps[0].argc, 3);
	assert_null(d->steps[0].argv[3]);
	/* Another spelling of the same value: blanks, escapes, order of lists that are sets. */
	buf_clear(&b);
	for (const char *p = EVERYTHING; *p; p++) {
		buf_addc(&b, *p);
		if (*p == ',' || *p == '{' || *p == '[')
			buf_adds(&b, " \n");
	}
	struct drv *e = NULL;
	assert_int_equal(drv_parse(&x.a, buf_view(&b), find_mes, &x, &e, &f), 0);
	assert_true(digest_eq(&d->id, &e->id));
	buf_release(&b);
	arena_release(&x.a);
}

/* Replaces OLD by NEW in EVERYTHING and asks for CODE and a message that holds WHAT. */
static void mutated(const char *old, const char *new, int code, const char *what)
{
	struct fixture x;
	struct drv *d = NULL;
	struct fault f = FAULT_INIT;
	struct buf b = BUF_INIT;
	const char *at = strstr(EVERYTHING, old);
	assert_non_null(at);
	setup(&x);
	buf_add(&b, EVERYTHING, (size_t)(at - EVERYTHING));
	buf_adds(&b, new);
	buf_adds(&b, at + strlen(old));
	int r = drv_parse(&x.a, buf_view(&b), find_mes, &x, &d, &f);
	if (r != code || !strstr(f.what, what))
		fail_msg("'%s' for '%s': %d, %s", new, old, r, f.what);
	buf_release(&b);
	arena_release(&x.a);
}

static void refused(void **state)
{
	(void)state;
	mutated("\"schema\":1", "\"schema\":2", ERR_SYNTAX, "schema");
	mutated("\"type\":\"derivation\"", "\"type\":\"action\"", ERR_SYNTAX, "type");
	mutated("\"schema\":1,", "", ERR_SYNTAX, "lacks \"schema\"");
	mutated("\"schema\":1", "\"schema\":1,\"x\":1", ERR_SYNTAX, "unknown member");
	mutated("\"cf8f", "\"df8f", ERR_MISSING, "unknown");
	mutated("\"cf8f", "\"zf8f", ERR_SYNTAX, "not a derivation id");
	mutated("\"tcc-0.9.27\",", "\"../x\",", ERR_SYNTAX, "cannot name a recipe");
	mutated("\"as\":\"mes\"", "\"as\":\"tcc-0.9.27\"", ERR_SYNTAX, "name of the output");
	mutated("\"as\":\"b\"", "\"as\":\"a\"", ERR_SYNTAX, "two sources claim");
	mutated("\"as\":\"b\"", "\"as\":\"b/c\"", ERR_SYNTAX, "one path component");
	mutated("git:0123", "git:X123", ERR_SYNTAX, "40 hex");
	mutated("sha256:7", "md5:7", ERR_SYNTAX, "not a pin");
	mutated("x/y.tar", "../y.tar", ERR_SYNTAX, "clean relative path");
	mutated("\"dir\":\"a\"", "\"dir\":\"/a\"", ERR_SYNTAX, "step 1: dir '/a'");
	mutated("\"stdin\":\"in\"", "\"stdin\":\"/etc/passwd\"", ERR_SYNTAX, "step 1: stdin");
	mutated("/opt/boot-hurd/tcc-0.9.27/bin/x", "/opt/boot-hurd/mes/bin/x", ERR_SYNTAX,
		"step 1: stdout");
	mutated("\"CC\"", "\"PATH\"", ERR_SYNTAX, "set by the engine");
	mutated("\"CC\"", "\"C C\"", ERR_SYNTAX, "cannot name an environment variable");
	mutated("[\"true\"]", "[]", ERR_SYNTAX, "step 2: it names no program");
	mutated("[\"true\"]", "\"true\"", ERR_SYNTAX, "not an array");
	mutated("[\"true\"]", "[1]", ERR_SYNTAX, "not a string");
	mutated("\"lib\"]", "\"bin\"]", ERR_SYNTAX, "named twice");
	mutated("i686-linux", "pdp11", ERR_SYNTAX, "unknown system");
	mutated("\"unpack\":true", "\"unpack\":1", ERR_SYNTAX, "true or false");
	mutated("\"system\"", "\"script\":{\"file\":\"b/x\",\"shell\":\"mes\"},\"system\"",
		ERR_SYNTAX, "both steps and a script");
	mutated("\"type\"", "", ERR_SYNTAX, "line 1");
}

/* An action: its own golden document, and inputs that come along. */
static void actions(void **state)
{
	(void)state;
	struct fixture x;
	struct fault f = FAULT_INIT;
	setup(&x);
	struct drv_source src = {.as = "a.c"};
	const char *argv[] = {"cc", NULL};
	struct drv_step step = {.argv = argv, .argc = 1, .dir = "", .in = "", .out = ""};
	struct drv d = {.name = "x",
			.system = "i686-linux",
			.sources = &src,
			.nsources = 1,
			.steps = &step,
			.nsteps = 1};
	struct action_input room[4], objects[1] = {{.as = "a.c"}};
	struct action act = {.drv = &d, .inputs = room, .sources = objects, .nsources = 1};
	struct digest one, two;
	sha256_view(view_of("abc"), &one);
	sha256_view(view_of(""), &two);
	objects[0].object = one;
	assert_int_equal(action_add_input(&act, (struct action_input){"b", one}, &f), 0);
	assert_int_equal(action_add_input(&act, (struct action_input){"a", two}, &f), 0);
	assert_int_equal(action_add_input(&act, (struct action_input){"b", one}, &f), 0);
	assert_int_equal(act.ninputs, 2);
	assert_int_equal(action_add_input(&act, (struct action_input){"b", two}, &f),
			 ERR_EXISTS);
	assert_non_null(strstr(f.what, "two inputs claim the name 'b'"));
	assert_int_equal(act.ninputs, 2);
	static const char want[] =
	    "{\"env\":{},\"inputs\":[{\"as\":\"a\",\"object\":"
	    "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"},{\"as\":"
	    "\"b\","
	    "\"object\":\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"}],"
	    "\"name\":\"x\",\"schema\":1,\"sources\":[{\"as\":\"a.c\",\"object\":"
	    "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"}],"
	    "\"steps\":[{\"argv\":[\"cc\"]}],\"system\":\"i686-linux\",\"type\":\"action\"}";
	struct buf b = BUF_INIT;
	assert_int_equal(action_json(&act, &b), 0);
	assert_string_equal(buf_str(&b), want);
	assert_int_equal(action_set_id(&act), 0);
	sha256_view(view_of(want), &one);
	assert_true(digest_eq(&act.id, &one));
	buf_release(&b);
}

/* Makes N derivations; each takes the one before it and some that stand further back. */
static struct drv *synthetic(struct arena *a, size_t n)
{
	struct drv *all = arena_array(a, n, sizeof *all);
	assert_non_null(all);
	for (size_t i = 0; i < n; i++) {
		struct drv *d = &all[i];
		static const char *argv[] = {"cc", "-o", "x", "x.c", NULL};
		d->name = arena_fmt(a, "package-%06zu", i);
		d->system = "i686-linux";
		d->inputs = arena_array(a, 3, sizeof *d->inputs);
		d->steps = arena_array(a, 1, sizeof *d->steps);
		assert_non_null(d->steps);
		d->steps[0] =
		    (struct drv_step){.argv = argv, .argc = 4, .dir = "", .in = "", .out = ""};
		d->nsteps = 1;
		size_t back[] = {1, 1 + i % 97, 1 + i % 1009};
		for (size_t k = 0; k < 3; k++) {
			if (back[k] > i || (k && back[k] == back[k - 1]))
				continue;
			const struct drv *in = &all[i - back[k]];
			d->inputs[d->ninputs++] = (struct drv_input){in->name, in};
		}
		drv_sort(d);
		assert_int_equal(drv_set_id(d), 0);
	}
	return all;
}

/* Plans N derivations and returns the bytes that it took. */
static size_t plan(size_t n)
{
	struct arena a = ARENA_INIT;
	struct drv *all = synthetic(&a, n);
	const struct drv *root = &all[n - 1];
	const struct drv **list;
	size_t count;
	assert_int_equal(drv_closure(&root, 1, &list, &count, NULL), 0);
	assert_int_equal(count, n);
	size_t bytes = a.used + count * sizeof *list;
	/* Inputs stand before their users. */
	size_t *place = calloc(n, sizeof *place);
	assert_non_null(place);
	for (size_t i = 0; i < n; i++)
		place[list[i] - all] = i;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < all[i].ninputs; k++)
			assert_true(place[all[i].inputs[k].drv - all] < place[i]);
	free(place);
	free(list);
	arena_release(&a);
	return bytes;
}

/* 100,000 derivations: at most 100 MiB, growing linearly. The time is measured by tests/bench/plan.c. */
static void hundred_thousand(void **state)
{
	(void)state;
	size_t small = plan(10000), large = plan(100000);
	assert_true(large <= (size_t)100 << 20);
	assert_true(large <= small * 11);
}

static void closure_order(void **state)
{
	(void)state;
	struct drv d[4] = {{.name = "a"}, {.name = "b"}, {.name = "c"}, {.name = "d"}};
	struct drv_input ad[] = {{"b", &d[1]}, {"c", &d[2]}};
	struct drv_input bd[] = {{"d", &d[3]}}, cd[] = {{"d", &d[3]}};
	d[0].inputs = ad, d[0].ninputs = 2;
	d[1].inputs = bd, d[1].ninputs = 1;
	d[2].inputs = cd, d[2].ninputs = 1;
	const struct drv *roots[] = {&d[2], &d[0], &d[2], &d[0]};
	for (int round = 0; round < 3; round++) {
		const struct drv **list;
		size_t n;
		assert_int_equal(drv_closure(roots, 4, &list, &n, NULL), 0);
		assert_int_equal(n, 4);
		assert_ptr_equal(list[0], &d[3]);
		assert_ptr_equal(list[1], &d[2]);
		assert_ptr_equal(list[2], &d[1]);
		assert_ptr_equal(list[3], &d[0]);
		free(list);
	}
}

/* Where derivations stand in a list: of any length, with doubles, and of what is not in it. */
static void places(void **state)
{
	enum { N = 1000 };
	(void)state;
	static struct drv d[N + 1];
	const struct drv *list[N + 1];
	struct drv_places p = DRV_PLACES_INIT;
	assert_int_equal(drv_place(&p, d), 0); /* not in an empty list */
	for (size_t i = 0; i < N; i++)
		list[i] = &d[N - i];
	list[N] = list[7];
	assert_int_equal(drv_places_init(&p, list, N + 1), 0);
	for (size_t i = 0; i < N; i++)
		assert_int_equal(drv_place(&p, list[i]), i);
	assert_int_equal(drv_place(&p, &d[0]), N + 1);
	assert_int_equal(drv_places_add(&p, &d[0]), 0);
	assert_int_equal(drv_place(&p, &d[0]), N + 1);
	assert_int_equal(p.n, N + 2);
	drv_places_release(&p);
}

static void cycles(void **state)
{
	(void)state;
	enum { N = 50000 };
	const struct drv **list = NULL;
	size_t n = 0;
	struct fault f = FAULT_INIT;
	struct drv d[3] = {{.name = "a"}, {.name = "b"}, {.name = "c"}};
	struct drv_input in[] = {{"b", &d[1]}, {"c", &d[2]}, {"b", &d[1]}};
	for (int i = 0; i < 3; i++)
		d[i].inputs = &in[i], d[i].ninputs = 1;
	const struct drv *root = &d[0];
	assert_int_equal(drv_closure(&root, 1, &list, &n, &f), ERR_SYNTAX);
	assert_string_equal(f.what, "recipes need each other in a cycle: b -> c -> b");
	in[0].drv = &d[0];
	assert_int_equal(drv_closure(&root, 1, &list, &n, &f), ERR_SYNTAX);
	assert_string_equal(f.what, "recipes need each other in a cycle: a -> a");
	assert_null(list);
	/* A very long one is named in short. */
	struct drv *many = calloc(N, sizeof *many);
	struct drv_input *next = calloc(N, sizeof *next);
	assert_non_null(many);
	assert_non_null(next);
	for (size_t i = 0; i < N; i++) {
		many[i] = (struct drv){.name = "x", .inputs = &next[i], .ninputs = 1};
		next[i].drv = &many[(i + 1) % N];
	}
	root = many;
	assert_int_equal(drv_closure(&root, 1, &list, &n, &f), ERR_SYNTAX);
	assert_non_null(strstr(f.what, "(49987 more)"));
	free(many);
	free(next);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(round_trip),    cmocka_unit_test(refused),
	    cmocka_unit_test(actions),       cmocka_unit_test(hundred_thousand),
	    cmocka_unit_test(closure_order), cmocka_unit_test(places),
	    cmocka_unit_test(cycles),
	};
	hash_setup(NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
