/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stmt.c: read statements and function bodies, writing their code at once. */

enum {
	MAX_CASES = 8000,
	MAX_GOTOS = 1000
};

int break_label;    /* where break and continue go, or 0 */
int continue_label;
int return_label;
int return_type;

int *case_value;
int *case_label;
int cases;
int default_label; /* of the innermost switch, or 0 */
int in_switch;

int *goto_name; /* names in id_label to be cleared after the function */
int gotos;

/* The label of goto label name. */
int goto_label(int name)
{
	if (id_label[name] == 0) {
		id_label[name] = new_label();
		if (gotos == MAX_GOTOS)
			die("too many labels");
		goto_name[gotos] = name;
		gotos = gotos + 1;
	}
	return id_label[name];
}

/* A condition in parentheses. */
int paren_condition()
{
	int n;
	expect('(', "(");
	n = mk_truth(expression());
	expect(')', ")");
	return n;
}

/* if */
void if_statement()
{
	int no;
	int end;
	next();
	no = new_label();
	gen_branch(paren_condition(), 0, no);
	statement();
	if (key == W_ELSE) {
		next();
		end = new_label();
		jump("jmp", end);
		put_label(no);
		statement();
		put_label(end);
	} else
		put_label(no);
}

/* The body of a loop, with its labels for break and continue. */
void loop_body(int brk, int cont)
{
	int save_break;
	int save_continue;
	save_break = break_label;
	save_continue = continue_label;
	break_label = brk;
	continue_label = cont;
	statement();
	break_label = save_break;
	continue_label = save_continue;
}

/* while: the condition is tested at the end, where the loop begins by jumping to */
void while_statement()
{
	int body;
	int test;
	int end;
	int n;
	next();
	body = new_label();
	test = new_label();
	end = new_label();
	n = paren_condition();
	if (const_truth(n) != 1)
		jump("jmp", test);
	put_label(body);
	loop_body(end, test);
	put_label(test);
	gen_branch(n, 1, body);
	put_label(end);
}

/* do ... while */
void do_statement()
{
	int body;
	int test;
	int end;
	next();
	body = new_label();
	test = new_label();
	end = new_label();
	put_label(body);
	loop_body(end, test);
	put_label(test);
	if (key != W_WHILE)
		die("do without while");
	next();
	gen_branch(paren_condition(), 1, body);
	expect(';', ";");
	put_label(end);
}

/* for */
void for_statement()
{
	int body;
	int test;
	int step;
	int end;
	int n;
	int s;
	int mark;
	int save_scope;
	next();
	expect('(', "(");
	body = new_label();
	test = new_label();
	step = new_label();
	end = new_label();
	mark = symbols;
	save_scope = scope_start;
	if (at_type()) {
		scope_start = symbols;
		declaration();
	} else {
		if (key != ';')
			gen_discard(expression());
		expect(';', ";");
	}
	n = 0;
	if (key != ';')
		n = mk_truth(expression());
	expect(';', ";");
	s = 0;
	if (key != ')')
		s = expression();
	expect(')', ")");
	if (n)
		jump("jmp", test);
	put_label(body);
	loop_body(end, step);
	put_label(step);
	if (s)
		gen_discard(s);
	put_label(test);
	if (n)
		gen_branch(n, 1, body);
	else
		jump("jmp", body);
	put_label(end);
	drop_symbols(mark);
	scope_start = save_scope;
}

/* Sort the cases from first to the last by value. */
void sort_cases(int first)
{
	int i;
	int j;
	int v;
	int l;
	i = first + 1;
	while (i < cases) {
		v = case_value[i];
		l = case_label[i];
		j = i;
		while (j > first && case_value[j - 1] > v) {
			case_value[j] = case_value[j - 1];
			case_label[j] = case_label[j - 1];
			j = j - 1;
		}
		case_value[j] = v;
		case_label[j] = l;
		i = i + 1;
	}
}

/* Code that jumps to the case of the value in eax, among sorted cases from..to, else to
   label no. */
void gen_cases(int from, int to, int no)
{
	int middle;
	int upper;
	if (to - from <= 4) {
		while (from < to) {
			ins_imm("cmp_eax,", case_value[from]);
			jump("je", case_label[from]);
			from = from + 1;
		}
		jump("jmp", no);
		return;
	}
	middle = (from + to) / 2;
	upper = new_label();
	ins_imm("cmp_eax,", case_value[middle]);
	jump("jge", upper);
	gen_cases(from, middle, no);
	put_label(upper);
	gen_cases(middle, to, no);
}

/* switch: the tests follow the body */
void switch_statement()
{
	int first;
	int tests;
	int end;
	int save_default;
	int save_break;
	int save_in;
	next();
	gen(convert(paren_condition(), T_INT));
	tests = new_label();
	end = new_label();
	jump("jmp", tests);
	first = cases;
	save_default = default_label;
	save_break = break_label;
	save_in = in_switch;
	default_label = 0;
	break_label = end;
	in_switch = 1;
	statement();
	jump("jmp", end);
	put_label(tests);
	sort_cases(first);
	if (default_label)
		gen_cases(first, cases, default_label);
	else
		gen_cases(first, cases, end);
	put_label(end);
	cases = first;
	default_label = save_default;
	break_label = save_break;
	in_switch = save_in;
}

/* case VALUE: or case VALUE ... VALUE: */
void case_label_here()
{
	int v;
	int last;
	int label;
	next();
	if (in_switch == 0)
		die("case outside of switch");
	v = const_int();
	last = v;
	if (key == M_DOTS) {
		next();
		last = const_int();
	}
	expect(':', ":");
	label = new_label();
	put_label(label);
	while (v <= last) {
		if (cases == MAX_CASES)
			die("too many cases");
		case_value[cases] = v;
		case_label[cases] = label;
		cases = cases + 1;
		v = v + 1;
	}
}

/* return */
void return_statement()
{
	int n;
	int to; /* where the caller wants a struct */
	next();
	if (key != ';') {
		n = expression();
		if (class_of(return_type) == CL_BLOCK) {
			to = mk_load(T_UINT, mk(N_LOCAL, T_UINT, 8, 0));
			gen(mk2(N_COPY, return_type, to, address_of(n)));
		} else if (ty_kind[return_type] == T_VOID)
			gen_discard(n);
		else
			gen(convert(n, return_type));
	}
	expect(';', ";");
	jump("jmp", return_label);
}

/* { ... } */
void block()
{
	int mark;
	int save_frame;
	int save_scope;
	next();
	mark = symbols;
	save_frame = frame_at;
	save_scope = scope_start;
	scope_start = symbols;
	while (key != '}') {
		if (tok == ID_FILE_END)
			die("block without end");
		statement();
	}
	next();
	drop_symbols(mark);
	frame_at = save_frame;
	scope_start = save_scope;
}

/* A statement that begins with a word other than those of expressions; 0 when it is none. */
int word_statement()
{
	int name;
	if (key == W_IF)
		if_statement();
	else if (key == W_WHILE)
		while_statement();
	else if (key == W_DO)
		do_statement();
	else if (key == W_FOR)
		for_statement();
	else if (key == W_SWITCH)
		switch_statement();
	else if (key == W_RETURN)
		return_statement();
	else if (key == W_BREAK) {
		if (break_label == 0)
			die("break outside of a loop");
		next();
		expect(';', ";");
		jump("jmp", break_label);
	} else if (key == W_CONTINUE) {
		if (continue_label == 0)
			die("continue outside of a loop");
		next();
		expect(';', ";");
		jump("jmp", continue_label);
	} else if (key == W_CASE) {
		case_label_here();
		statement();
	} else if (key == W_DEFAULT) {
		next();
		expect(':', ":");
		default_label = new_label();
		put_label(default_label);
		statement();
	} else if (key == W_GOTO) {
		next();
		name = tok;
		next();
		expect(';', ";");
		jump("jmp", goto_label(name));
	} else
		return 0;
	return 1;
}

/* Any statement, or a declaration inside a block. */
void statement()
{
	int mark;
	int save_frame;
	int name;
	mark = nodes;
	if (key == '{') {
		block();
	} else if (key == ';') {
		next();
	} else if (kind == K_NAME && key == 0 && peek_key() == ':') {
		name = tok;
		next();
		next();
		put_label(goto_label(name));
		if (key != '}')
			statement();
	} else if (at_type()) {
		declaration();
	} else if (word_statement() == 0) {
		save_frame = frame_at;
		gen_discard(expression());
		expect(';', ";");
		frame_at = save_frame; /* its temporaries are free again */
	}
	nodes = mark;
}

/* Give the parameters of function type t their places in the frame. */
void place_params(int t)
{
	int off;
	int i;
	int p;
	int s;
	off = 8;
	if (class_of(ty_ref[t]) == CL_BLOCK)
		off = 12;
	i = 0;
	while (i < ty_len[t]) {
		p = ty_first[t] + i;
		if (pa_name[p]) {
			s = new_symbol(S_LOCAL, pa_name[p], pa_type[p]);
			s_value[s] = off;
		}
		off = off + round_up(size_of(pa_type[p]), 4);
		i = i + 1;
	}
}

/* Read the body of the function that symbol s stands for, of type t, and write it. */
void function_body(int s, int t)
{
	int mark;
	int label;
	int body_end;
	label = s_label[s];
	if (id_extern[label] == EXT_DEFINED)
		die2("defined twice", id_text[label]);
	id_extern[label] = EXT_DEFINED;
	function_name = s_name[s];
	mark = symbols;
	depth = 1;
	scope_start = symbols;
	frame_at = 0;
	frame_max = 0;
	break_label = 0;
	continue_label = 0;
	in_switch = 0;
	cases = 0;
	stores = 0;
	return_label = new_label();
	return_type = ty_ref[t];
	place_params(t);
	block();
	if (jump_end == em_len && jump_to == return_label)
		em_len = jump_start;
	put_label(return_label);
	ins("leave");
	ins("ret");
	/* the beginning, known only now, is written first */
	body_end = em_len;
	put_name(label);
	ins("push_ebp");
	ins("mov_ebp,esp");
	if (frame_max)
		ins_imm("sub_esp,", -frame_max);
	out_bytes(em + body_end, em_len - body_end);
	out_bytes(em, body_end);
	em_len = 0;
	depth = 0;
	scope_start = 0;
	drop_symbols(mark);
	while (gotos) {
		gotos = gotos - 1;
		id_label[goto_name[gotos]] = 0;
	}
}

/* Make the tables of this file. */
void stmt_init()
{
	case_value = alloc_words(MAX_CASES);
	case_label = alloc_words(MAX_CASES);
	goto_name = alloc_words(MAX_GOTOS);
}
