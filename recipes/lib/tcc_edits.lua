-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What we change in Debian's TinyCC 0.9.27+git20200814: exact texts, put in by our `replace`. One set
-- for all roads to tcc, so that they can meet at the same bits.
return {
  -- The compiler must be the same wherever it was compiled: it always says that its target is Linux.
  { "tcc.h", "#define CONFIG_TCC_SEMLOCK\n", "" }, -- no threads here, so no semaphore
  { "libtcc.c", "# if defined(__linux__)\n", "# if 1\n" },

  -- All programs of this chain are static; libtool and configure scripts drop -static.
  { "libtcc.c", "    s->nocommon = 1;\n", "    s->nocommon = 1;\n    s->static_link = 1;\n" },

  -- alias("target") only renamed the declared symbol, so that musl's weak aliases had no definition
  -- at all. Where the target is known already, the alias becomes a symbol of its own with the same
  -- section, value and size.
  { "tccgen.c",
    "                        type.t |= VT_EXTERN;\n" ..
    "                        sym = external_sym(v, &type, r, &ad);\n",
    "                        Sym *target = NULL;\n" ..
    "                        type.t |= VT_EXTERN;\n" ..
    "                        if ((ad.asm_label & SYM_FIELD) && l == VT_CONST)\n" ..
    "                            target = sym_find(ad.asm_label & ~SYM_FIELD);\n" ..
    "                        if (target && elfsym(target)\n" ..
    "                            && elfsym(target)->st_shndx != SHN_UNDEF)\n" ..
    "                            ad.asm_label = 0;\n" ..
    "                        else\n" ..
    "                            target = NULL;\n" ..
    "                        sym = external_sym(v, &type, r, &ad);\n" ..
    "                        if (target)\n" ..
    "                            put_extern_sym2(sym, elfsym(target)->st_shndx,\n" ..
    "                                elfsym(target)->st_value,\n" ..
    "                                elfsym(target)->st_size, 1);\n" },

  -- The jump of a `return` before the last brace of a function was left out, to fall through to the
  -- end; in `while (1) if (a) b; else return c; }` it fell through to the next round instead. This is
  -- what made the C++ compiler of GCC 3.4.6, compiled by tcc, run for ever (target_incomplete_p).
  { "tccgen.c",
    "        if (tok != '}' || local_scope != 1)\n            rsym = gjmp(rsym);\n",
    "        rsym = gjmp(rsym);\n" },

  -- An archive's index left weak symbols out.
  { "tcctools.c",
    "                    || sym->st_info == 0x12\n",
    "                    || sym->st_info == 0x12\n" ..
    "                    || sym->st_info == 0x20\n" ..
    "                    || sym->st_info == 0x21\n" ..
    "                    || sym->st_info == 0x22\n" },
}
