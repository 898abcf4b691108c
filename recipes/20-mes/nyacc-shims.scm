;; SPDX-License-Identifier: GPL-3.0-or-later
;;
;; What nyacc 1.09.5 takes from Guile and Mes does not have.
(define (make-parameter value)
  (lambda rest
    (if (pair? rest) (set! value (car rest)))
    value))

(define-macro (parameterize bindings . body)
  (let ((params (map car bindings))
        (values (map cadr bindings)))
    `(let ((%outer (list ,@(map list params)))
           (%inner (list ,@values)))
       (for-each (lambda (p v) (p v)) (list ,@params) %inner)
       (let ((%result (let () ,@body)))
         (for-each (lambda (p v) (p v)) (list ,@params) %outer)
         %result))))

(define (export . rest) #t)
(define %host-type "i686-unknown-linux-gnu")
(define (source-properties o) '())
(define (set-source-properties! o p) #t)
(define (set-source-property! o k v) #t)
(define (supports-source-properties? o) #f)
(define (cons-source x a d) (cons a d))
(define (set-port-filename! port name) #t)
(define (set-port-line! port n) #t)
(define (set-port-column! port n) #t)
