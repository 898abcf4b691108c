/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c: cc1 [-I FOLDER] [-D NAME[=VALUE]] [-U NAME] -o OUTPUT FILE.c...
   compiles all files into one assembly text: the whole program. */

enum { MAX_DEFINES = 100 };

int *define_name; /* macros given with -D and -U */
int *define_value; /* 0: not to be defined (-U) */
int defines;

/* Remember a macro given as NAME or NAME=VALUE; remove: as a name that is not defined. */
void add_define(char *s, int remove)
{
	int n;
	n = 0;
	while (s[n] && s[n] != '=')
		n = n + 1;
	if (defines == MAX_DEFINES)
		die("too many -D options");
	define_name[defines] = copy_text(s, n);
	if (remove)
		define_value[defines] = 0;
	else if (s[n])
		define_value[defines] = s + n + 1;
	else
		define_value[defines] = "1";
	defines = defines + 1;
}

/* Compile one source file. */
void compile(char *name)
{
	int i;
	macros_init();
	i = 0;
	while (i < defines) {
		if (define_value[i])
			define_text(define_name[i], define_value[i]);
		else
			id_macro[intern_text(define_name[i])] = 0;
		i = i + 1;
	}
	conds = 0;
	files = 0;
	if (enter_file(name) == 0)
		die2("cannot read", name);
	unit = unit + 1;
	next();
	while (tok != ID_FILE_END) {
		if (key == ';')
			next();
		else {
			nodes = 0;
			declaration();
		}
	}
	drop_symbols(0);
	file_name = 0;
}

/* Write the variables that were declared without a value. */
void put_tentative()
{
	int i;
	use_data(1);
	i = 0;
	while (i < ids) {
		if (id_extern[i] == EXT_TENTATIVE) {
			put_name(i);
			put_zeros(id_size[i]);
		}
		i = i + 1;
	}
	use_data(0);
}

/* Make all tables. */
void init_all()
{
	names_init();
	keys_init();
	cpp_init();
	directive_init();
	number_init();
	types_init();
	symbols_init();
	node_init();
	emit_init();
	expr_init();
	decl_init();
	init_init();
	stmt_init();
	define_name = alloc_words(MAX_DEFINES);
	define_value = alloc_words(MAX_DEFINES);
}

int main(int argc, int *argv)
{
	int i;
	int *inputs;
	int n;
	char *s;
	init_all();
	inputs = alloc_words(argc + 1);
	n = 0;
	i = 1;
	while (i < argc) {
		s = argv[i];
		if (s[0] != '-') {
			inputs[n] = s;
			n = n + 1;
		} else if (i + 1 == argc)
			die2("this option needs a value", s);
		else {
			i = i + 1;
			if (text_same(s, "-I")) {
				if (include_paths == MAX_PATHS)
					die("too many -I options");
				include_path[include_paths] = argv[i];
				include_paths = include_paths + 1;
			} else if (text_same(s, "-D"))
				add_define(argv[i], 0);
			else if (text_same(s, "-U"))
				add_define(argv[i], 1);
			else if (text_same(s, "-o"))
				out_open(argv[i]);
			else
				die2("unknown option", s);
		}
		i = i + 1;
	}
	if (out_fd == 0 || n == 0)
		die("usage: cc1 [-I FOLDER] [-D NAME[=VALUE]] [-U NAME] -o OUTPUT FILE.c...");
	i = 0;
	while (i < n) {
		compile(inputs[i]);
		i = i + 1;
	}
	put_fixes();
	put_zeros(4096); /* data stays away from code: a store near running code is slow */
	flush_code();
	put_tentative();
	flush_data();
	out_flush();
	return 0;
}
