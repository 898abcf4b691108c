-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What we change in TinyCC so that mescc can compile it: only in the first stage, which does the same as
-- the real tcc but for the folding of constants.
return {
  { "replace", "tcc.h", [[
#define CONFIG_TCC_SEMLOCK
]], [[
#ifndef __MESC__
#define CONFIG_TCC_SEMLOCK
#endif
]] },
  { "replace", "tcc.h", [[
#ifdef _MSC_VER
# define NORETURN __declspec(noreturn)
# define ALIGNED(x) __declspec(align(x))
# define PRINTF_LIKE(x,y)
#else]], [[
#if __MESC__
# define NORETURN
# define ALIGNED(x)
# define PRINTF_LIKE(x,y)
#else]] },
  -- mescc reads bit-fields wrongly: whole bytes instead
  { "replace", "tcc.h", [[
    unsigned short
    aligned     : 5, /* alignment as log2+1 (0 == unspecified) */
    packed      : 1,
    weak        : 1,
    visibility  : 2,
    dllexport   : 1,
    nodecorate  : 1,
    dllimport   : 1,
    addrtaken   : 1,
    xxxx        : 3; /* not used */]], [[
    unsigned char aligned;
    unsigned char packed;
    unsigned char weak;
    unsigned char visibility;
    unsigned char dllexport;
    unsigned char nodecorate;
    unsigned char dllimport;
    unsigned char addrtaken;]] },
  { "replace", "tcc.h", [[
    unsigned
    func_call   : 3, /* calling convention (0..5), see below */
    func_type   : 2, /* FUNC_OLD/NEW/ELLIPSIS */
    func_noreturn : 1, /* attribute((noreturn)) */
    func_ctor   : 1, /* attribute((constructor)) */
    func_dtor   : 1, /* attribute((destructor)) */
    func_args   : 8, /* PE __stdcall args */
    func_alwinl : 1, /* always_inline */
    no_bcheck   : 1, /* no bound checking */
    xxxx        :14;]], [[
    unsigned char func_call;
    unsigned char func_type;
    unsigned char func_noreturn;
    unsigned char func_ctor;
    unsigned char func_dtor;
    unsigned char func_args;
    unsigned char func_alwinl;
    unsigned char no_bcheck;]] },
  { "replace", "tccpp.c", [[
            d = (double)bn[1] * 4294967296.0 + (double)bn[0];
            d = ldexp(d, exp_val - frac_bits);
            t = toup(ch);]], [[
            tcc_error("first stage: hexadecimal floating point");
            t = toup(ch);]] },
  { "replace", "tccpp.c", [[
                tokc.f = (float)d;]], [[
                ;]] },
  { "replace", "tccpp.c", [[
                tokc.ld = (long double)d;]], [[
                ;]] },
  { "replace", "tccpp.c", [[
            } else {
                tok = TOK_CDOUBLE;
                tokc.d = d;
            }
        } else {
            /* decimal floats */]], [[
            }
        } else {
            /* decimal floats */]] },
  { "replace", "tccpp.c", [[
                tokc.f = strtof(token_buf, NULL);]], [[
                parse_float(&tokc, tok, token_buf);]] },
  { "replace", "tccpp.c", [[
                tokc.ld = strtold(token_buf, NULL);
#endif
            } else {
                tok = TOK_CDOUBLE;
                tokc.d = strtod(token_buf, NULL);]], [[
                parse_float(&tokc, tok, token_buf);
#endif
            } else {
                tok = TOK_CDOUBLE;
                parse_float(&tokc, tok, token_buf);]] },
  { "replace", "tccgen.c", [[
		*(float*)ptr = vtop->c.f;]], [[
		memcpy(ptr, &vtop->c, 4);]] },
  { "replace", "tccgen.c", [[
		*(double *)ptr = vtop->c.d;
		break;]], [[
		memcpy(ptr, &vtop->c, 8);
		break;]] },
  { "replace", "tccgen.c", [[
#if defined TCC_IS_NATIVE_387
                if (sizeof (long double) >= 10) /* zero pad ten-byte LD */
                    memcpy(ptr, &vtop->c.ld, 10);]], [[
#if defined TCC_IS_NATIVE_387
                if (1)
                    memcpy(ptr, &vtop->c, 10);]] },
  { "replace", "tccgen.c", [[
                else if (vtop->c.ld == 0.0)
                    ;
                else
#endif
                if (sizeof(long double) == LDOUBLE_SIZE)
		    *(long double*)ptr = vtop->c.ld;
                else if (sizeof(double) == LDOUBLE_SIZE)
		    *(double *)ptr = (double)vtop->c.ld;
                else]], [[
                else
#endif]] },
  { "replace", "tccgen.c", [[
        if (v1->type.t == VT_FLOAT) {
            f1 = v1->c.f;
            f2 = v2->c.f;
        } else if (v1->type.t == VT_DOUBLE) {
            f1 = v1->c.d;
            f2 = v2->c.d;
        } else {
            f1 = v1->c.ld;
            f2 = v2->c.ld;
        }

        /* NOTE: we only do constant propagation if finite number (not
           NaN or infinity) (ANSI spec) */
        if (!ieee_finite(f1) || !ieee_finite(f2))
            goto general_case;

        switch(op) {
        case '+': f1 += f2; break;
        case '-': f1 -= f2; break;
        case '*': f1 *= f2; break;
        case '/': 
            if (f2 == 0.0) {
		/* If not in initializer we need to potentially generate
		   FP exceptions at runtime, otherwise we want to fold.  */
                if (!const_wanted)
                    goto general_case;
            }
            f1 /= f2; 
            break;
            /* XXX: also handles tests ? */
        default:
            goto general_case;
        }
        /* XXX: overflow test ? */
        if (v1->type.t == VT_FLOAT) {
            v1->c.f = f1;
        } else if (v1->type.t == VT_DOUBLE) {
            v1->c.d = f1;
        } else {
            v1->c.ld = f1;
        }
        vtop--;
    } else {]], [[
        goto general_case;
    } else {]] },
  { "replace", "tccgen.c", [[
        c &= (dbt != VT_LDOUBLE) | !!nocode_wanted;
#endif]], [[
        c &= (dbt != VT_LDOUBLE) | !!nocode_wanted;
#endif
        if (sf || df) {
            if (c && df && !sf && vtop->c.i == 0) {
                vtop->c.tab[0] = 0;
                vtop->c.tab[1] = 0;
                vtop->c.tab[2] = 0;
                goto done;
            }
            c = 0;
        }]] },
  { "replace", "tccgen.c", [[
	        vtop->c.f = -1.0 * 0.0;
	    else if (t == VT_DOUBLE)
	        vtop->c.d = -1.0 * 0.0;
            else
	        vtop->c.ld = -1.0 * 0.0;]], [[
	        vtop->c.tab[0] = 0x80000000;
	    else if (t == VT_DOUBLE) {
	        vtop->c.tab[0] = 0;
	        vtop->c.tab[1] = 0x80000000;
            } else {
	        vtop->c.tab[0] = 0;
	        vtop->c.tab[1] = 0;
	        vtop->c.tab[2] = 0x8000;
            }]] },
  { "replace", "-a", "tccgen.c", "ELFW(R_INFO)(", "ELF32_R_INFO(" },
  { "replace", "-a", "tccgen.c", "ELFW(R_SYM)(", "ELF32_R_SYM(" },
  { "replace", "-a", "tccgen.c", "ELFW(R_TYPE)(", "ELF32_R_TYPE(" },
  { "replace", "-a", "tccgen.c", "ELFW(ST_BIND)(", "ELF32_ST_BIND(" },
  { "replace", "-a", "tccgen.c", "ELFW(ST_INFO)(", "ELF32_ST_INFO(" },
  { "replace", "-a", "tccgen.c", "ELFW(ST_TYPE)(", "ELF32_ST_TYPE(" },
  { "replace", "-a", "tccgen.c", "ELFW(ST_VISIBILITY)(", "ELF32_ST_VISIBILITY(" },
  { "replace", "-a", "tccelf.c", "ELFW(R_INFO)(", "ELF32_R_INFO(" },
  { "replace", "-a", "tccelf.c", "ELFW(R_SYM)(", "ELF32_R_SYM(" },
  { "replace", "-a", "tccelf.c", "ELFW(R_SYM) (", "ELF32_R_SYM(" },
  { "replace", "-a", "tccelf.c", "ELFW(R_TYPE)(", "ELF32_R_TYPE(" },
  { "replace", "-a", "tccelf.c", "ELFW(R_TYPE) (", "ELF32_R_TYPE(" },
  { "replace", "-a", "tccelf.c", "ELFW(ST_BIND)(", "ELF32_ST_BIND(" },
  { "replace", "-a", "tccelf.c", "ELFW(ST_INFO)(", "ELF32_ST_INFO(" },
  { "replace", "-a", "tccelf.c", "ELFW(ST_TYPE)(", "ELF32_ST_TYPE(" },
  { "replace", "-a", "tccelf.c", "ELFW(ST_VISIBILITY)(", "ELF32_ST_VISIBILITY(" },
  { "replace", "-a", "i386-link.c", "ELFW(R_INFO)(", "ELF32_R_INFO(" },
  { "replace", "-a", "i386-link.c", "ELFW(R_SYM)(", "ELF32_R_SYM(" },
  -- a macro argument that is itself a self-referring macro
  { "replace", "-a", "tccelf.c", "for_each_elem(symtab_section,", "for_each_elem(s1->symtab," },
  -- no -run in the first stage
  { "replace", "tcc.h", "# if defined __i386__ && defined TCC_TARGET_I386", "# if 0" },
  -- Numbers: mescc has neither 64-bit integers nor floating point, so a number is read as two words.
  { "replace", "tccpp.c", [[
/* parse number in null terminated string 'p' and return it in the
   current token */
]], [[
/* (*hi, *lo) = (*hi, *lo) * b + t; true when it does not fit */
static int wide_digit(unsigned int *hi, unsigned int *lo, unsigned int b, unsigned int t)
{
    unsigned int w, x, y, z;
    w = (*lo & 0xffff) * b + t;
    x = (*lo >> 16) * b + (w >> 16);
    y = (*hi & 0xffff) * b + (x >> 16);
    z = (*hi >> 16) * b + (y >> 16);
    *lo = (x << 16) | (w & 0xffff);
    *hi = (z << 16) | (y & 0xffff);
    return (z >> 16) != 0;
}

/* (*hi, *lo) = (*hi, *lo) / b; the rest */
static unsigned int wide_divide(unsigned int *hi, unsigned int *lo, unsigned int b)
{
    unsigned int w, x, y, z;
    z = *hi >> 16;
    y = ((z % b) << 16) | (*hi & 0xffff);
    x = ((y % b) << 16) | (*lo >> 16);
    w = ((x % b) << 16) | (*lo & 0xffff);
    *hi = ((z / b) << 16) | (y / b);
    *lo = ((x / b) << 16) | (w / b);
    return w % b;
}

/* The bits of (hi, lo) * 2^exponent as float, double or long double. */
static void wide_to_float(CValue *cv, int tok, unsigned int hi, unsigned int lo, int exponent)
{
    int e;
    cv->tab[0] = 0;
    cv->tab[1] = 0;
    cv->tab[2] = 0;
    if (hi == 0 && lo == 0)
        return;
    e = 63;
    while ((hi & 0x80000000) == 0) {
        hi = hi << 1;
        if (lo & 0x80000000)
            hi = hi | 1;
        lo = lo << 1;
        e = e - 1;
    }
    e = e + exponent;
    if (tok == TOK_CFLOAT) {
        cv->tab[0] = ((e + 127) << 23) | ((hi >> 8) & 0x7fffff);
    } else if (tok == TOK_CDOUBLE) {
        cv->tab[0] = (lo >> 11) | (hi << 21);
        cv->tab[1] = ((e + 1023) << 20) | ((hi >> 11) & 0xfffff);
    } else {
        cv->tab[0] = lo;
        cv->tab[1] = hi;
        cv->tab[2] = e + 16383;
    }
}

/* A decimal fraction; exact when it is a multiple of a power of two, as all in tcc and its library are. */
static void parse_float(CValue *cv, int tok, char *p)
{
    unsigned int hi, lo, h, l;
    int digits, exponent, sign, lost;
    hi = 0;
    lo = 0;
    digits = 0;
    exponent = 0;
    lost = 0;
    while (*p >= '0' && *p <= '9') {
        lost = lost | wide_digit(&hi, &lo, 10, *p - '0');
        p = p + 1;
    }
    if (*p == '.') {
        p = p + 1;
        while (*p >= '0' && *p <= '9') {
            if (hi < 0x10000000) {
                wide_digit(&hi, &lo, 10, *p - '0');
                digits = digits + 1;
            } else if (*p != '0') {
                lost = 1;
            }
            p = p + 1;
        }
    }
    if (*p == 'e' || *p == 'E') {
        p = p + 1;
        sign = 1;
        if (*p == '+') {
            p = p + 1;
        } else if (*p == '-') {
            sign = -1;
            p = p + 1;
        }
        while (*p >= '0' && *p <= '9') {
            exponent = exponent * 10 + *p - '0';
            p = p + 1;
        }
        digits = digits - sign * exponent;
    }
    exponent = 0;
    while (digits > 0) {
        h = hi;
        l = lo;
        if (wide_divide(&h, &l, 5)) {
            lost = 1;
        }
        hi = h;
        lo = l;
        exponent = exponent - 1;
        digits = digits - 1;
    }
    while (digits < 0) {
        lost = lost | wide_digit(&hi, &lo, 5, 0);
        exponent = exponent + 1;
        digits = digits + 1;
    }
    if (lost)
        tcc_warning("first stage: this floating-point number is not exact");
    wide_to_float(cv, tok, hi, lo, exponent);
}

/* parse number in null terminated string 'p' and return it in the
   current token */
]] },
  { "replace", "tccpp.c", [[
        unsigned long long n, n1;
]], [[
        unsigned int n, nh;
]] },
  { "replace", "tccpp.c", [[
        n = 0;
        while(1) {
            t = *q++;
            /* no need]], [[
        n = 0;
        nh = 0;
        while(1) {
            t = *q++;
            /* no need]] },
  { "replace", "tccpp.c", [[
            n1 = n;
            n = n * b + t;
            /* detect overflow */
            if (n1 >= 0x1000000000000000ULL && n / b != n1)
                ov = 1;]], [[
            if (wide_digit(&nh, &n, b, t))
                ov = 1;]] },
  { "replace", "tccpp.c", [[
                if (n >= 0x80000000U)
                    lcount = (LONG_SIZE == 4) + 1;
            }
            if (n >= 0x8000000000000000ULL)]], [[
                if (nh != 0 || n >= 0x80000000U)
                    lcount = (LONG_SIZE == 4) + 1;
            }
            if (nh >= 0x80000000U)]] },
  { "replace", "tccpp.c", [[
                if (n >= 0x100000000ULL)]], [[
                if (nh != 0)]] },
  { "replace", "tccpp.c", [[
            if (n >= 0x8000000000000000ULL)
                ucount = 1;
        }
]], [[
            if (nh >= 0x80000000U)
                ucount = 1;
        }
]] },
  { "replace", "tccpp.c", [[
        tokc.i = n;
    }
    if (ch)]], [[
        tokc.i = n;
        tokc.tab[1] = nh;
    }
    if (ch)]] },
  -- A 64-bit constant has its high word in tab[1].
  { "replace", "tccgen.c", [[
/* push arbitrary 64bit constant */
static void vpush64(int ty, unsigned long long v)
{
    CValue cval;]], [[
static int high_word(int t, int v)
{
    if ((t & VT_UNSIGNED) == 0 && v < 0)
        return -1;
    return 0;
}

/* push arbitrary 64bit constant */
static void vpush64(int ty, unsigned long long v)
{
    CValue cval;
    cval.tab[1] = high_word(ty, v);]] },
  { "replace", "tccgen.c", [[
    CValue cval;
    cval.i = v;
    vsetc(type, r, &cval);]], [[
    CValue cval;
    cval.i = v;
    cval.tab[1] = high_word(0, v);
    vsetc(type, r, &cval);]] },
  { "replace", "tccgen.c", [[
                    unsigned long long ll = vtop->c.i;
                    vtop->c.i = ll; /* first word */]], [[
                    int hi = vtop->c.tab[1];]] },
  { "replace", "tccgen.c", [[
                    vpushi(ll >> 32); /* second word */]], [[
                    vpushi(hi); /* second word */]] },
  { "replace", "tccgen.c", [[
        vtop[0].c.i >>= 32;]], [[
        vtop[0].c.i = vtop[0].c.tab[1];]] },
  { "replace", "tccgen.c", [[
		*(long long *)ptr |= vtop->c.i;]], [[
		*(int *)ptr |= vtop->c.i;
		*((int *)ptr + 1) |= vtop->c.tab[1];]] },
  { "replace", "tccgen.c", [[
                if (dbt_bt == VT_LLONG || (PTR_SIZE == 8 && dbt == VT_PTR))
                    ;
                else if (dbt == VT_BOOL)]], [[
                if (dbt_bt == VT_LLONG) {
                    if (sbt_bt != VT_LLONG)
                        vtop->c.tab[1] = high_word(sbt, vtop->c.i);
                } else if (dbt == VT_BOOL)]] },
  -- 64-bit arithmetic on constants is left to the compiled program, unless a constant must come out.
  { "replace", "tccgen.c", [[
    if (c1 && c2) {
        switch(op) {
        case '+': l1 += l2; break;]], [[
    if ((t1 == VT_LLONG || t2 == VT_LLONG) && !const_wanted && !nocode_wanted)
        goto general_case;
    if (c1 && c2) {
        switch(op) {
        case '+': l1 += l2; break;]] },
  { "replace", "tccgen.c", [[
        v1->c.i = l1;
]], [[
        v1->c.i = l1;
        v1->c.tab[1] = high_word(v1->type.t, l1);
]] },
}
