/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resolution: a derivation and what its inputs became give one action, or a reason why not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "engine/internal.h"
#include "nar/nar.h"

#include "store_util.h"

/* A store below a folder of its own, and what builds into it. */
struct world {
	char dir[512];
	struct builder *b;
	struct store *s;
	struct arena a;
};

static void set_up(struct world *w, const char *dir)
{
	char path[600];
	*w = (struct world){.a = ARENA_INIT};
	fault = (struct fault)FAULT_INIT;
	snprintf(w->dir, sizeof w->dir, "%s", dir);
	snprintf(path, sizeof path, "%s/store", dir);
	struct build_options o = {.store = path, .offline = true};
	OK(builder_new(&o, &w->b, &fault));
	w->s = builder_store(w->b);
}

static void tear_down(struct world *w)
{
	builder_free(w->b);
	arena_release(&w->a);
}

/* Returns a derivation NAME of the inputs, which are sorted. */
static struct drv drv_of(const char *name, struct drv_input *inputs, size_t n)
{
	struct drv d = {
	    .name = name, .system = "i686-linux", .inputs = inputs, .ninputs = n, .nsteps = 0};
	assert_int_equal(drv_set_id(&d), 0);
	return d;
}

/* Has the store know a file TEXT, which mentions REFS, as the output of D. */
static struct digest realise(struct world *w, const struct drv *d, const char *text,
			     const struct action_input *refs, size_t n)
{
	char *tmp = NULL;
	char path[600];
	struct store_object o;
	struct action act = {.drv = d};
	struct store_realisation real = {.builder = "", .log = "", .outcome = STORE_BUILT};
	OK(store_tmp(w->s, "test", &tmp, &fault));
	snprintf(path, sizeof path, "%s/file", tmp);
	OK(file_write_new(path, text, strlen(text), 0644, &fault));
	OK(store_add(w->s, path, refs, n, &o, &fault));
	free(tmp);
	assert_int_equal(action_set_id(&act), 0);
	real.object = o.hash;
	OK(build_record(w->s, &act, &real, &fault));
	return o.hash;
}

/* Inputs come with what they mention, however far down, and each once; the id is that of the JSON. */
static void brings_what_is_mentioned(void **state)
{
	struct world w;
	set_up(&w, *state);
	struct drv libc = drv_of("libc", NULL, 0), cc = drv_of("cc", NULL, 0),
		   tool = drv_of("tool", NULL, 0);
	struct action_input ref = {"libc", realise(&w, &libc, "libc", NULL, 0)};
	struct action_input cc_ref = {"cc-1", realise(&w, &cc, "cc", &ref, 1)};
	struct digest tool_object = realise(&w, &tool, "tool", &cc_ref, 1);
	struct drv_input in[] = {{"libc", &libc}, {"tool", &tool}};
	struct drv top = drv_of("top", in, 2);
	struct action act, again;
	OK(builder_resolve(w.b, w.s, &w.a, &top, &act, &fault));
	assert_ptr_equal(act.drv, &top);
	assert_int_equal(act.ninputs, 3);
	assert_string_equal(act.inputs[0].as, "cc-1");
	assert_true(digest_eq(&act.inputs[0].object, &cc_ref.object));
	assert_string_equal(act.inputs[1].as, "libc");
	assert_true(digest_eq(&act.inputs[1].object, &ref.object));
	assert_string_equal(act.inputs[2].as, "tool");
	assert_true(digest_eq(&act.inputs[2].object, &tool_object));
	struct buf json = BUF_INIT;
	struct digest id;
	assert_int_equal(action_json(&act, &json), 0);
	sha256_view(buf_view(&json), &id);
	buf_release(&json);
	assert_true(digest_eq(&act.id, &id));
	OK(builder_resolve(w.b, w.s, &w.a, &top, &again, &fault));
	assert_true(digest_eq(&act.id, &again.id));
	tear_down(&w);
}

/* Another recipe for an input, with the same bits, is the same question: nothing above is built again. */
static void same_bits_same_action(void **state)
{
	struct world w;
	set_up(&w, *state);
	struct drv old = drv_of("tool", NULL, 0), new = old;
	const char *dirs[] = {"bin"};
	new.dirs = dirs;
	new.ndirs = 1;
	assert_int_equal(drv_set_id(&new), 0);
	assert_false(digest_eq(&old.id, &new.id));
	realise(&w, &old, "tool", NULL, 0);
	realise(&w, &new, "tool", NULL, 0);
	struct drv_input a[] = {{"tool", &old}}, b[] = {{"tool", &new}};
	struct drv one = drv_of("top", a, 1), two = drv_of("top", b, 1);
	struct action x, y;
	OK(builder_resolve(w.b, w.s, &w.a, &one, &x, &fault));
	OK(builder_resolve(w.b, w.s, &w.a, &two, &y, &fault));
	assert_false(digest_eq(&one.id, &two.id));
	assert_true(digest_eq(&x.id, &y.id));
	tear_down(&w);
}

/* A name stands for one object in one sandbox. */
static void one_name_two_objects(void **state)
{
	struct world w;
	set_up(&w, *state);
	struct drv old = drv_of("libc-old", NULL, 0), new = drv_of("libc-new", NULL, 0),
		   tool = drv_of("tool", NULL, 0);
	struct action_input ref = {"libc", realise(&w, &old, "old", NULL, 0)};
	realise(&w, &new, "new", NULL, 0);
	realise(&w, &tool, "tool", &ref, 1);
	struct drv_input in[] = {{"libc", &new}, {"tool", &tool}};
	struct drv top = drv_of("top", in, 2);
	struct action act;
	assert_int_equal(builder_resolve(w.b, w.s, &w.a, &top, &act, &fault), ERR_EXISTS);
	assert_non_null(strstr(fault.what, "top"));
	assert_non_null(strstr(fault.what, "'libc'"));
	tear_down(&w);
}

static void input_is_missing(void **state)
{
	struct world w;
	set_up(&w, *state);
	struct drv tool = drv_of("tool", NULL, 0);
	struct drv_input in[] = {{"tool", &tool}};
	struct drv top = drv_of("top", in, 1);
	struct action act;
	assert_int_equal(builder_resolve(w.b, w.s, &w.a, &top, &act, &fault), ERR_MISSING);
	assert_non_null(strstr(fault.what, "its input 'tool' is not in the store"));
	tear_down(&w);
}

/* A source is an object as well; one that is not what was pinned is refused. */
static void sources(void **state)
{
	struct world w;
	set_up(&w, *state);
	char path[600];
	struct digest pin, other;
	snprintf(path, sizeof path, "%s/text", w.dir);
	OK(file_write_new(path, "text", 4, 0644, &fault));
	OK(nar_hash(path, &pin, NULL, &fault));
	sha256_view(view_of("other"), &other);
	struct drv_source src = {
	    .as = "a", .pin = DRV_PIN_NAR, .hash = pin, .text = "text", .text_len = 4};
	struct drv top = {
	    .name = "top", .system = "i686-linux", .sources = &src, .nsources = 1};
	struct action act;
	assert_int_equal(drv_set_id(&top), 0);
	OK(builder_resolve(w.b, w.s, &w.a, &top, &act, &fault));
	assert_int_equal(act.nsources, 1);
	assert_string_equal(act.sources[0].as, "a");
	assert_true(digest_eq(&act.sources[0].object, &pin));
	assert_int_equal(store_object(w.s, &pin, NULL), 0);
	src.hash = other;
	assert_int_equal(drv_set_id(&top), 0);
	assert_int_equal(builder_resolve(w.b, w.s, &w.a, &top, &act, &fault), ERR_HASH);
	tear_down(&w);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
	    TEST(brings_what_is_mentioned), TEST(same_bits_same_action),
	    TEST(one_name_two_objects), TEST(input_is_missing), TEST(sources)};
	return cmocka_run_group_tests_name("engine resolve", tests, NULL, NULL);
}
