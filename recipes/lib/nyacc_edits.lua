-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What we change in nyacc 1.00.2, mescc's parser of C.
return {
  -- a macro with an empty parameter list is function-like too
  { "replace", "nyacc/lang/c99/cpp.scm", [[
	 (args (or (p-args (read-char)) '()))]], [[
	 (args (p-args (read-char)))]] },
  { "replace", "nyacc/lang/c99/cpp.scm", [[
    (if (pair? args)
	`(define (name ,name) (args]], [[
    (if args
	`(define (name ,name) (args]] },
  { "replace", "nyacc/lang/c99/cpp.scm", [[
	 ((null? argl) (cpp-err "arg count"))]], [[
	 ((and (null? argl) (memv ch (quote (#\( #\space)))) (loop2 argl argv (read-char)))
	 ((null? argl) (cpp-err "arg count"))]] },
}
