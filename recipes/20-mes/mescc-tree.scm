;; SPDX-License-Identifier: GPL-3.0-or-later
;;
;; The syntax tree of nyacc 1.09.5 as mescc, written for 1.00.2, expects it.
(define (ast-adapt o)
  (define (adapt-list o)
    (filter-map ast-adapt o))
  (cond
   ((not (pair? o)) o)
   ((not (list? o)) (cons (ast-adapt (car o)) (ast-adapt (cdr o))))
   ((and (eq? (car o) 'type-qual) (pair? (cadr o)))
    (let ((name (symbol->string (car (cadr o)))))
      (if (equal? name "const") #f
          (list 'type-qual name))))
   ((and (eq? (car o) 'type-qual-list) (null? (adapt-list (cdr o)))) #f)
   ;; assembly is a statement, not an expression made one
   ((and (eq? (car o) 'expr-stmt) (pair? (cdr o)) (pair? (cadr o)) (eq? (car (cadr o)) 'asm-expr))
    (cadr o))
   ((eq? (car o) 'ary-declr) (cons 'array-of (adapt-list (cdr o))))
   ((eq? (car o) 'abs-ptr-declr) (cons 'abs-declr (adapt-list (cdr o))))
   ((eq? (car o) 'ftn-declr)
    (let ((rest (adapt-list (cdr o))))
      (cons 'ftn-declr
            (if (eq? (car (car rest)) 'ptr-declr) (cons (list 'scope (car rest)) (cdr rest))
                rest))))
   (else (adapt-list o))))
