-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Our patches for the road through mescc, each set with its source and its files in order: what
-- `patch FOLDER` is given.
return {
  -- mescc itself, so that it compiles TinyCC correctly
  mescc = {
    source = { tree "../20-mes/mescc-patches", as = "mescc-patches" },
    files = {
      "mescc-patches/01-many-files.patch",
      "mescc-patches/02-errors-name-the-statement.patch",
      "mescc-patches/03-typedef-of-function-pointer.patch",
      "mescc-patches/04-arithmetic-types.patch",
      "mescc-patches/05-operators-see-both-operands.patch",
      "mescc-patches/06-logical-values.patch",
      "mescc-patches/07-nested-fields.patch",
      "mescc-patches/08-array-without-count.patch",
      "mescc-patches/09-switch-falls-through.patch",
      "mescc-patches/10-frame-size.patch",
      "mescc-patches/11-array-of-pointers-field.patch",
      "mescc-patches/12-arrow-of-any-expression.patch",
      "mescc-patches/13-unsupported-is-an-error.patch",
      "mescc-patches/14-late-struct.patch",
      "mescc-patches/15-array-parameter.patch",
      "mescc-patches/16-local-struct-initialiser.patch",
      "mescc-patches/17-conditional-labels.patch",
      "mescc-patches/18-two-instructions.patch",
    },
  },
  -- mescc with the parser nyacc 1.09.5
  nyacc = {
    source = { tree "../20-mes/mescc-nyacc-patches", as = "mescc-nyacc-patches" },
    files = {
      "mescc-nyacc-patches/01-shims.patch",
      "mescc-nyacc-patches/02-keyword-arguments.patch",
      "mescc-nyacc-patches/03-adapted-tree.patch",
    },
  },
  -- nyacc 1.00.2
  nyacc_old = {
    source = { tree "../20-mes/nyacc-1.00.2-patches", as = "nyacc-patches" },
    files = { "nyacc-patches/01-empty-parameter-list.patch" },
  },
  -- TinyCC, so that mescc can compile it: in the first stage only, which does the same as the real tcc
  -- but for the folding of constants
  tcc = {
    source = { tree "../30-tcc/tcc-mescc-patches", as = "tcc-mescc-patches" },
    files = {
      "tcc-mescc-patches/01-dialect.patch",
      "tcc-mescc-patches/02-bit-fields.patch",
      "tcc-mescc-patches/03-read-floats.patch",
      "tcc-mescc-patches/04-store-floats.patch",
      "tcc-mescc-patches/05-no-folding-of-floats.patch",
      "tcc-mescc-patches/06-macro-made-names.patch",
      "tcc-mescc-patches/07-macro-argument.patch",
      "tcc-mescc-patches/08-no-run.patch",
      "tcc-mescc-patches/09-numbers-of-two-words.patch",
      "tcc-mescc-patches/10-high-word.patch",
      "tcc-mescc-patches/11-no-folding-of-64-bits.patch",
    },
  },
}
