/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configuration of peers and quorum: round trip, changes, and what must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "peers/config.h"

#define ID "1111111111111111111111111111111111111111111111111111111111111111"

static int try(const char *text)
{
	struct config c = CONFIG_INIT;
	struct fault f = FAULT_INIT;
	int r = config_parse(view_of(text), "FILE", &c, &f);
	if (r < 0)
		assert_non_null(strstr(f.what, "FILE"));
	config_release(&c);
	return r;
}

static void refused(void **state)
{
	(void)state;
	assert_int_equal(try("{}"), 0);
	assert_int_equal(try("{\"peers\":[],\"daemon\":{\"a\":\"}\"}}"), 0);
	assert_int_equal(try("{\"peers\":[{\"name\":\"a\",\"location\":\"/x\"}]}"), 0);
	static const char *const bad[] = {
	    "[]",
	    "{\"peer\":[]}",
	    "{\"peers\":{}}",
	    "{\"daemon\":[]}",
	    "{\"peers\":[1]}",
	    "{\"peers\":[{\"name\":\"a\"}]}",
	    "{\"peers\":[{\"location\":\"/x\"}]}",
	    "{\"peers\":[{\"name\":\"a/b\",\"location\":\"/x\"}]}",
	    "{\"peers\":[{\"name\":\"a\",\"location\":\"x\"}]}",
	    "{\"peers\":[{\"name\":\"a\",\"location\":\"file:///x\"}]}",
	    "{\"peers\":[{\"name\":\"a\",\"location\":\"http://a\\nb\"}]}",
	    "{\"peers\":[{\"name\":\"a\",\"location\":\"/x\",\"url\":1}]}",
	    "{\"peers\":[{\"name\":\"a\",\"location\":\"/x\"},{\"name\":\"a\",\"location\":\"/"
	    "y\"}]}",
	    "{\"peers\":[{\"name\":\"a\",\"location\":\"/x\",\"keys\":\"" ID "\"}]}",
	    "{\"peers\":[{\"name\":\"a\",\"location\":\"/x\",\"keys\":[\"1\"]}]}",
	    "{\"peers\":[{\"name\":\"a\",\"location\":\"/x\",\"keys\":[\"" ID "\",\"" ID
	    "\"]}]}",
	    /* a public key of small order: anybody can sign for it */
	    "{\"peers\":[{\"name\":\"a\",\"location\":\"/x\",\"keys\":[\"evil:"
	    "AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"]}]}",
	    "{\"peers\":[{\"name\":\"a\",\"location\":\"/x\",\"trust\":[\"all\"]}]}",
	    "{\"peers\":[{\"name\":\"a\",\"location\":\"/x\",\"trust\":\"votes\"}]}",
	    "{\"quorum\":{\"need\":1}}",
	    "{\"quorum\":{\"need\":0,\"of\":[\"" ID "\"]}}",
	    "{\"quorum\":{\"need\":2,\"of\":[\"" ID "\",\"" ID "\"]}}",
	    "{\"quorum\":{\"need\":1,\"of\":[\"bob\"]}}",
	    "{\"quorum\":{\"need\":1,\"of\":[1]}}",
	    "{\"quorum\":{\"need\":1,\"of\":[\"" ID "\"],\"or\":1}}",
	    "{\"peers\":[{\"name\":\"a\",\"location\":\"/x\",\"keys\":[\"" ID
	    "\"],\"trust\":[\"archives\"]}],\"quorum\":{\"need\":1,\"of\":[\"a\"]}}",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (try(bad[i]) != ERR_CONFIG)
			fail_msg("accepted: %s", bad[i]);
	assert_int_equal(try("{\"peers\":"), ERR_SYNTAX);
	assert_int_equal(try("{\"daemon\":{\"free\":1.5}}"), ERR_SYNTAX);
}

static void changes(void **state)
{
	(void)state;
	struct config c = CONFIG_INIT, d = CONFIG_INIT;
	struct strlist keys = STRLIST_INIT, none = STRLIST_INIT;
	struct buf b = BUF_INIT, line = BUF_INIT, again = BUF_INIT;
	struct key k;
	char id[KEY_ID + 1];
	assert_int_equal(key_generate("alice-1", &k, NULL), 0);
	key_id(&k, id);
	key_write(&k, false, &line);
	strlist_add(&keys, buf_str(&line));
	strlist_add(&keys, ID);
	const char *text = "{\"daemon\":{\"x\":[{\"a\":\"}]\\\"\"}]},\"peers\":[]}";
	assert_int_equal(config_parse(view_of(text), "FILE", &c, NULL), 0);
	assert_string_equal(c.daemon, "{\"x\":[{\"a\":\"}]\\\"\"}]}");
	assert_int_equal(
	    config_add(&c, "alice", "https://a.example/b//", &keys, CONFIG_VOTES, NULL), 0);
	assert_int_equal(config_add(&c, "alice", "/x", &none, CONFIG_VOTES, NULL), ERR_EXISTS);
	assert_int_equal(config_add(&c, "bob", "/x y", &none, CONFIG_ARCHIVES, NULL), 0);
	assert_int_equal(config_add(&c, "eve", "x", &none, 0, NULL), ERR_USAGE);
	assert_int_equal(c.npeers, 2);
	c.need = 2;
	strlist_add(&c.of, "alice");
	assert_int_equal(config_write(&c, &b), 0);
	/* People edit it: a peer a line, and whatever else stands in it a line each. */
	assert_non_null(strstr(buf_str(&b), "{\"peers\":[\n{\"name\":\"alice\",\"location\":"));
	assert_non_null(strstr(buf_str(&b), ",\n{\"name\":\"bob\",\"location\":\"/x y\","
					    "\"keys\":[],\"trust\":[\"archives\"]}],\n"
					    "\"quorum\":{\"need\":2,\"of\":[\"alice\"]},\n"
					    "\"daemon\":{\"x\":[{\"a\":\"}]\\\"\"}]}}\n"));
	assert_int_equal(config_parse(buf_view(&b), "FILE", &d, NULL), 0);
	assert_int_equal(config_write(&d, &again), 0);
	assert_string_equal(buf_str(&b), buf_str(&again));
	assert_string_equal(d.daemon, c.daemon);
	assert_string_equal(config_peer(&d, "alice")->location, "https://a.example/b");
	assert_int_equal(config_peer(&d, "bob")->trust, CONFIG_ARCHIVES);
	assert_int_equal(d.quorum.of.n, 2);
	assert_true(quorum_has(&d.quorum, id) && quorum_has(&d.quorum, ID));
	assert_non_null(config_key(&d, id, NULL, 0));
	assert_null(config_key(&d, ID, NULL, 0));
	assert_int_equal(config_remove(&d, "alice", NULL), ERR_EXISTS);
	assert_int_equal(config_remove(&d, "bob", NULL), 0);
	assert_int_equal(config_remove(&d, "bob", NULL), ERR_MISSING);
	/* a secret key is refused */
	buf_clear(&line);
	key_write(&k, true, &line);
	strlist_add(&none, buf_str(&line));
	assert_int_equal(config_add(&d, "eve", "/x", &none, 0, NULL), ERR_USAGE);
	config_release(&c);
	config_release(&d);
	strlist_release(&keys);
	strlist_release(&none);
	buf_release(&b);
	buf_release(&line);
	buf_release(&again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(refused),
					   cmocka_unit_test(changes)};
	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
