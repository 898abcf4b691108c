-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What we change in mescc, the C compiler of Mes 0.24.2, so that it compiles TinyCC correctly. Where a
-- whole function is replaced, the one that was there stays, unused, under a name that starts with old-.
return {
  -- One call compiles many files into one assembly file, each file by itself.
  { "replace", "module/mescc/mescc.scm", [[
         (infos (map (cut file->info options <>) files))
         (verbose? (count-opt options 'verbose))
         (numbered-arch?]], [[
         (verbose? (count-opt options 'verbose))
         (numbered-arch?]] },
  { "replace", "module/mescc/mescc.scm", [[
      (cut infos->M1 M1-file-name infos #:align align #:verbose? verbose?))
    M1-file-name))]], [[
      (lambda _
        (for-each
         (lambda (file-name)
           (infos->M1 file-name (list (file->info options file-name))
                      #:align align #:verbose? verbose?))
         files)))
    M1-file-name))]] },
  -- An error names the statement that could not be compiled, and ends the run.
  { "replace", "module/mescc/compile.scm", [[
(define (ast->info o info)
  (let (]], [[
(define *here* #f)

(define (error . rest)
  (display "mescc: in: " (current-error-port))
  (write *here* (current-error-port))
  (newline (current-error-port))
  (display rest (current-error-port))
  (newline (current-error-port))
  (exit 1))

(define (ast->info o info)
  (set! *here* o)
  (let (]] },
  -- A typedef of a pointer to a function was taken for a variable.
  { "replace", "module/mescc/compile.scm", [[
    ;; FIXME: recursive types, pointer, array
]], [[
    (((decl-spec-list (stor-spec (typedef)) (type-spec ,type)) (init-declr-list (init-declr (ftn-declr (scope (ptr-declr ,pointer (ident ,name))) . ,_))))
     (let* ((info (type->info type name info))
            (type (ast->type type info))
            (rank (pointer->rank pointer))
            (type (rank+= type rank)))
       (clone info #:types (acons name type (.types info)))))
    ;; FIXME: recursive types, pointer, array
]] },
  -- Types.  The type of an arithmetic expression follows from both operands.
  { "replace", "module/mescc/compile.scm", [[
(define (ast->type o info)
  (define (type-helper o info)]], [[
(define (wide-unsigned? t)
  (and (type? t) (eq? (type:type t) 'unsigned) (>= (type:size t) 4)))

(define (indirect? t)
  (or (pointer? t) (c-array? t)))

(define (promoted-type a info)
  (let ((t (ast->type a info)))
    (if (or (indirect? t) (wide-unsigned? t)) t
        (get-type "default" info))))

(define (arith-type a b info)
  (let ((ta (promoted-type a info)))
    (if (indirect? ta) ta
        (let ((tb (promoted-type b info)))
          (if (or (indirect? tb) (wide-unsigned? tb)) tb
              ta)))))

(define (unsigned-arith? a b info)
  (let ((t (arith-type a b info)))
    (or (indirect? t) (wide-unsigned? t))))

(define (ast->type o info)
  (define (type-helper o info)]] },
  { "replace", "module/mescc/compile.scm", [[
                         ((string-suffix? "L" value) "long")
                         (else "default"))))]], [[
                         ((string-suffix? "L" value) "long")
                         ((and (string-prefix? "0x" value)
                               (< (cstring->int value) 0)) "unsigned")
                         (else "default"))))]] },
  { "replace", "module/mescc/compile.scm", [[
      ((add ,a ,b) (ast->type a info))
      ((sub ,a ,b) (ast->type a info))
      ((bitwise-and ,a ,b) (ast->type a info))
      ((bitwise-not ,a) (ast->type a info))
      ((bitwise-or ,a ,b) (ast->type a info))
      ((bitwise-xor ,a ,b) (ast->type a info))
      ((lshift ,a ,b) (ast->type a info))
      ((rshift ,a ,b) (ast->type a info))
      ((div ,a ,b) (ast->type a info))
      ((mod ,a ,b) (ast->type a info))
      ((mul ,a ,b) (ast->type a info))
      ((not ,a) (ast->type a info))
      ((pos ,a) (ast->type a info))
      ((neg ,a) (ast->type a info))
      ((eq ,a ,b) (ast->type a info))
      ((ge ,a ,b) (ast->type a info))
      ((gt ,a ,b) (ast->type a info))
      ((ne ,a ,b) (ast->type a info))
      ((le ,a ,b) (ast->type a info))
      ((lt ,a ,b) (ast->type a info))

      ;; logical
      ((or ,a ,b) (ast->type a info))
      ((and ,a ,b) (ast->type a info))
]], [[
      ((add ,a ,b) (arith-type a b info))
      ((sub ,a ,b)
       (let ((ta (promoted-type a info)))
         (if (and (indirect? ta) (indirect? (promoted-type b info)))
             (get-type "default" info)
             (arith-type a b info))))
      ((bitwise-and ,a ,b) (arith-type a b info))
      ((bitwise-not ,a) (promoted-type a info))
      ((bitwise-or ,a ,b) (arith-type a b info))
      ((bitwise-xor ,a ,b) (arith-type a b info))
      ((lshift ,a ,b) (promoted-type a info))
      ((rshift ,a ,b) (promoted-type a info))
      ((div ,a ,b) (arith-type a b info))
      ((mod ,a ,b) (arith-type a b info))
      ((mul ,a ,b) (arith-type a b info))
      ((pos ,a) (promoted-type a info))
      ((neg ,a) (promoted-type a info))
      ((not . _) (get-type "default" info))
      ((eq . _) (get-type "default" info))
      ((ge . _) (get-type "default" info))
      ((gt . _) (get-type "default" info))
      ((ne . _) (get-type "default" info))
      ((le . _) (get-type "default" info))
      ((lt . _) (get-type "default" info))

      ;; logical
      ((or . _) (get-type "default" info))
      ((and . _) (get-type "default" info))

      ((fctn-call . _) (get-type "default" info))
      ((comma-expr . ,exprs) (ast->type (last exprs) info))
]] },
  { "replace", "module/mescc/compile.scm", [[
      ((cond-expr _ ,a ,b) (ast->type a info))]], [[
      ((cond-expr _ ,a ,b)
       (let ((ta (ast->type a info)))
         (if (indirect? ta) ta
             (let ((tb (ast->type b info)))
               (if (indirect? tb) tb ta)))))]] },
  -- Comparison, division and right shift look at both operands.
  { "replace", "-a", "module/mescc/compile.scm", [[
         (let* ((type-a (ast->type a info))
                (type-b (ast->type b info))
                (info ((binop->r info) a b 'r0-r1))]], [[
         (let* ((unsigned-arith? (unsigned-arith? a b info))
                (info ((binop->r info) a b 'r0-r1))]] },
  { "replace", "-a", "module/mescc/compile.scm",
    "(if (or (unsigned? type-a) (unsigned? type-b))", "(if unsigned-arith?" },
  { "replace", "module/mescc/compile.scm", [[
         ((binop->r info) a b 'r0/r1
          (signed? (ast->type a info))))
        ((mod ,a ,b) ((binop->r info) a b 'r0%r1
                      (signed? (ast->type a info))))]], [[
         ((binop->r info) a b 'r0/r1
          (not (unsigned-arith? a b info))))
        ((mod ,a ,b) ((binop->r info) a b 'r0%r1
                      (not (unsigned-arith? a b info))))]] },
  { "replace", "module/mescc/compile.scm", [[
        ((rshift ,a ,b) ((binop->r info) a b 'r0>>r1))]], [[
        ((rshift ,a ,b)
         ((binop->r info) a b (if (wide-unsigned? (promoted-type a info)) 'r0>>r1
                                  'r0-sar-r1)))]] },
  { "replace", "module/mescc/compile.scm", [[
                                 (signed? (signed? type))]], [[
                                 (signed? (not (unsigned-arith? a b info)))]] },
  { "replace", "module/mescc/compile.scm", [[
(wrap-as (as info 'r0>>r1)))
                                                               ((equal? op "<<=")]], [[
(wrap-as (as info (if (wide-unsigned? (promoted-type a info)) 'r0>>r1
                                                                                                               'r0-sar-r1))))
                                                               ((equal? op "<<=")]] },
  { "replace", "module/mescc/i386/as.scm", [[
(define (i386:r0-and-r1 info)]], [[
(define (i386:r0-sar-r1 info)
  (let ((r0 (get-r0 info))
        (r1 (get-r1 info)))
    `((,(string-append "mov____%" r1 ",%ecx"))
      (,(string-append "sar____%cl,%" r0)))))

(define (i386:r0-and-r1 info)]] },
  { "replace", "module/mescc/i386/as.scm", [[
    (r0-xor-r1 . ,i386:r0-xor-r1)
]], [[
    (r0-xor-r1 . ,i386:r0-xor-r1)
    (r0-sar-r1 . ,i386:r0-sar-r1)
]] },
  -- The value of && and || is 0 or 1.
  { "replace", "module/mescc/compile.scm", [[
                (info (append-text info (wrap-as `((#:label ,skip-b-label))))))
           info))

        ((and ,a ,b)]], [[
                (info (append-text info (wrap-as `((#:label ,skip-b-label)))))
                (info (append-text info (wrap-as (append (as info 'r-negate)
                                                         (as info 'test-r)
                                                         (as info 'r-negate)
                                                         (as info 'test-r))))))
           info))

        ((and ,a ,b)]] },
  { "replace", "module/mescc/compile.scm", [[
                (info (append-text info (wrap-as `((#:label ,skip-b-label))))))
           info))

        ((cast ,type ,expr)]], [[
                (info (append-text info (wrap-as `((#:label ,skip-b-label)))))
                (info (append-text info (wrap-as (append (as info 'r-negate)
                                                         (as info 'test-r)
                                                         (as info 'r-negate)
                                                         (as info 'test-r))))))
           info))

        ((cast ,type ,expr)]] },
  -- Fields: structs and unions without a name nest to any depth.
  { "replace", "-a", "module/mescc/compile.scm",
    "make-type 'union (apply + ", "make-type 'union (apply max " },
  { "replace", "module/mescc/compile.scm", [[
         (apply max (map (compose (cut ->size <> info) cdr) (struct->fields o))))
        ((type? o) (type:size o))]], [[
         (apply max (map (cut field:size <> info) (type:description o))))
        ((type? o) (type:size o))
        ((and (pair? o) (eq? (car o) 'tag) (get-type o info)) => (cut ->size <> info))]] },
  { "replace", "module/mescc/compile.scm", [[
    ((struct . ,type) (apply + (map (cut field:size <> info) (struct->fields type))))
    ((union . ,type) (apply max (map (cut field:size <> info) (struct->fields type))))]], [[
    ((struct . ,type) (->size type info))
    ((union . ,type) (->size type info))]] },
  { "replace", "module/mescc/compile.scm", [[
(define (field-field info struct field)
  (let ((fields (type:description struct)))
    (let loop ((fields fields))]], [[
(define (find-field info struct field)
  (define (search fields offset union?)
    (if (null? fields) #f
        (let* ((f (car fields))
               (hit (cond ((equal? (car f) field) (cons f offset))
                          ((and (memq (car f) '(struct union)) (type? (cdr f)))
                           (search (type:description (cdr f)) offset (eq? (car f) 'union)))
                          ((eq? (car f) 'bits)
                           (let ((bit (assoc field (cdr f))))
                             (and bit (cons bit offset))))
                          (else #f))))
          (or hit
              (search (cdr fields)
                      (if union? offset (+ offset (field:size f info)))
                      union?)))))
  (or (search (type:description struct) 0 (eq? (type:type struct) 'union))
      (error "no such field:" field struct)))

(define (field-field info struct field)
  (car (find-field info struct field)))

(define (field-offset info struct field)
  (cdr (find-field info struct field)))

(define (old-field-field info struct field)
  (let ((fields (type:description struct)))
    (let loop ((fields fields))]] },
  { "replace", "module/mescc/compile.scm", [[
(define (field-offset info struct field)
  (if (eq? ]], [[
(define (old-field-offset info struct field)
  (if (eq? ]] },
  { "replace", "module/mescc/compile.scm", [[
(define (ast-type->size info o)
  (let ((type (->type (ast->type o info))))]], [[
(define (ast-type->size info o)
  (let ((type (ast->basic-type o info)))]] },
  -- An array without a count has as many elements as its initialiser.
  { "replace", "module/mescc/compile.scm", [[
            (count (length (cadar init)))]], [[
            (string (array-init->string init))
            (count (cond (string (1+ (string-length string)))
                         ((eq? (car (cadar init)) 'initzer-list) (length (cdr (cadar init))))
                         (else (length (cadar init)))))]] },
  -- A clause of a switch that is not ended by a jump falls into the next body.
  { "replace", "-a", "module/mescc/compile.scm", [[
(if clause? (append-text info (wrap-as `((#:label ,clause-label))))]], [[
(if clause? (append-text info (append (if (> i 0) (jump body-label) '())
                                                   (wrap-as `((#:label ,clause-label)))))]] },
  -- The frame of a function is as large as its locals.
  { "replace", "module/mescc/compile.scm", [[
         (locals (cons local locals))
         (info (clone info #:locals locals))
         (local (cdr local)))
    (init-local]], [[
         (locals (cons local locals))
         (info (clone info #:locals locals))
         (local (cdr local)))
    (set! *frame* (max *frame* (local:id local)))
    (if (and struct? (pair? init) (not (eq? (car init) 'initzer-list)))
        (ast->info `(expr-stmt (assn-expr (p-expr (ident ,name)) (op "=") ,init)) info)
        (init-local local init 0 info))))

(define (old-local->info local init info)
  (let ()
    (init-local]] },
  { "replace", "module/mescc/compile.scm", [[
(define (fctn-defn->info o info)
  (define (assert-return text)]], [[
(define *frame* 0)

(define (set-frame text)
  (define (fix-line line)
    (if (and (pair? line) (equal? (car line) "sub____$i32,%esp"))
        `("sub____$i32,%esp" (#:immediate ,(* 4 (+ *frame* 8))))
        line))
  (if (null? text) '()
      (cons (map fix-line (car text)) (cdr text))))

(define (fctn-defn->info o info)
  (define (assert-return text)]] },
  { "replace", "module/mescc/compile.scm", [[
    (mescc:trace name)
    (let* ((type (fctn-defn:get-type info o))]], [[
    (mescc:trace name)
    (set! *frame* 0)
    (let* ((type (fctn-defn:get-type info o))]] },
  { "replace", "module/mescc/compile.scm", [[
(make-function name type (assert-return (.text info)))]], [[
(make-function name type (set-frame (assert-return (.text info))))]] },
  -- A field that is an array of pointers had a type that was not looked up.
  { "replace", "module/mescc/compile.scm", [[
         (list (cons name (make-c-array (rank+= type rank) count)))))]], [[
         (list (cons name (make-c-array (rank+= (ast->type type info) rank) count)))))]] },
  -- s->field: the value of s is the address, whatever expression it is
  { "replace", "module/mescc/compile.scm", [[
            (info (expr->register* struct info))
            (type (ast->type struct info)))
       (append-text info (append (if (c-array? type) '()
                                     (wrap-as (as info 'mem->r)))
                                 (wrap-as (as info 'r+value offset))))))]], [[
            (info (expr->register struct info)))
       (append-text info (wrap-as (as info 'r+value offset)))))]] },
  -- What it cannot do is an error, not a message.
  { "replace", "module/mescc/compile.scm", [[
       (format (current-error-port) "unexpected size:~s\n" size)]], [[
       (error "unexpected size: " size)]] },
  { "replace", "module/mescc/compile.scm", [[
(define (find-field info struct field)
]], [[
(define (find-field info struct field)
  (if (not (type? struct)) (error "not a struct: " struct field))
]] },
  -- A struct that was declared only when the type was first named is looked up when it is used.
  { "replace", "module/mescc/compile.scm", [[
       (let ((type0 (ast->type struct info)))
         (ast->type (field-type]], [[
       (let ((type0 (ast->basic-type struct info)))
         (ast->type (field-type]] },
  { "replace", "module/mescc/compile.scm", [[
       (let ((type0 (ast->type (rank-- (ast->type struct info)) info)))]], [[
       (let ((type0 (ast->basic-type struct info)))]] },
  { "replace", "module/mescc/info.scm", [[
        (#t (format (current-error-port) "rank--: not a pointer: ~s\n" o)]], [[
        (#f (format (current-error-port) "rank--: not a pointer: ~s\n" o)]] },
  -- a parameter declared as an array or a function is a pointer
  { "replace", "module/mescc/compile.scm", [[
    ((param-decl ,type _) (ast->type type info))]], [[
    ((param-decl (decl-spec-list ,type) (param-declr (array-of (ident ,name) . ,_)))
     (rank+= (ast->type type info) 1))
    ((param-decl (decl-spec-list ,type) (param-declr (ftn-declr . ,_)))
     (rank+= (ast->type type info) 1))
    ((param-decl ,type _) (ast->type type info))]] },
  -- A local struct with an initialiser is cleared, then its given fields are set.
  { "replace", "module/mescc/compile.scm", [[
(define (init-local local o n info)]], [[
(define (init-local-struct local inits info)
  (define (zero-init? init)
    (member init '((initzer (p-expr (fixed "0"))) (p-expr (fixed "0")))))
  (define (init-field init field info)
    (cond ((zero-init? init) info)
          ((memq (car field) '(struct union bits))
           (error "init-local-struct: not supported:" init))
          ((> (field:size field info) 4)
           (error "init-local-struct: not supported:" init))
          (else (init-struct-field local field 0 init info))))
  (let* ((type (ast->basic-type (local:type local) info))
         (fields (type:description type))
         (words (quotient (+ 3 (->size type info)) 4))
         (info (allocate-register info))
         (info (append-text info (wrap-as (as info 'value->r 0))))
         (info (fold (lambda (i info)
                       (append-text info (wrap-as (as info 'r->local+n (local:id local) (* 4 i)))))
                     info (iota words)))
         (info (free-register info)))
    (fold init-field info inits (list-head fields (length inits)))))

(define (init-local local o n info)]] },
  { "replace", "module/mescc/compile.scm", [[
       (cond ((structured-type? local)
              (let* ((fields]], [[
       (cond ((structured-type? local)
              (init-local-struct local inits info))
             ((structured-type? local)
              (let* ((fields]] },
  -- the labels of ?: must not be those of a statement that starts at the same place
  { "replace", "module/mescc/compile.scm", [[
         (let* ((info (append-text info (ast->comment `(cond-expr ,test (ellipsis) (ellipsis)))))
                (here (number->string (length text)))]], [[
         (let* ((info (append-text info (ast->comment `(cond-expr ,test (ellipsis) (ellipsis)))))
                (foo (set! *cond* (1+ *cond*)))
                (here (string-append "cond" (number->string *cond*)))]] },
  { "replace", "module/mescc/compile.scm", [[
(define *here* #f)
]], [[
(define *here* #f)
(define *cond* 0)
]] },
  -- two instructions more
  { "replace", "lib/x86-mes/x86.M1", "DEFINE shr____%cl,%eax d3e8",
    "DEFINE shr____%cl,%eax d3e8\nDEFINE sar____%cl,%eax d3f8" },
  { "replace", "lib/x86-mes/x86.M1", "DEFINE mov____%ax,0x8(%ebp) 668945",
    "DEFINE mov____%ax,0x8(%ebp) 668945\nDEFINE mov____%ax,0x32(%ebp) 668985" },
}
