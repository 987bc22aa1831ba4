// SPDX-License-Identifier: Apache-2.0
// A function of up to three tensors, element by element. Macros: ARITY; TO, TA, TB, TC, the element
// types; LOADA(p, i) and so on; STORE(p, i, value); FUNCTION(x, y, z); with FALLIBLE, functions may
// report errors through `status, name`.
#ifdef FALLIBLE
#define REPORT_PARAMETERS , __global int *status, int name
#else
#define REPORT_PARAMETERS
#endif
#if ARITY > 0
#define A_PARAMETERS , __global const TA *a, long a0
#define A_AT(i) LOADA(a, i)
#else
#define A_PARAMETERS
#define A_AT(i) 0
#endif
#if ARITY > 1
#define B_PARAMETERS , __global const TB *b, long b0
#define B_AT(i) LOADB(b, i)
#else
#define B_PARAMETERS
#define B_AT(i) 0
#endif
#if ARITY > 2
#define C_PARAMETERS , __global const TC *c, long c0
#define C_AT(i) LOADC(c, i)
#else
#define C_PARAMETERS
#define C_AT(i) 0
#endif
#ifdef VALUE
#define VALUE_PARAMETER , VALUE value
#else
#define VALUE_PARAMETER
#endif

__kernel void contiguous(__global TO *o, long o0 A_PARAMETERS B_PARAMETERS C_PARAMETERS
                         VALUE_PARAMETER, long n REPORT_PARAMETERS) {
    long i = get_global_id(0);
    if (i < n) {
        STORE(o, o0 + i, FUNCTION(A_AT(a0 + i), B_AT(b0 + i), C_AT(c0 + i)));
    }
}

// Sizes and the strides of each tensor, outermost first; the innermost is the row.
typedef struct {
    long dims;
    long size[8];
    long o[8];
#if ARITY > 0
    long a[8];
#endif
#if ARITY > 1
    long b[8];
#endif
#if ARITY > 2
    long c[8];
#endif
} Shape;

__kernel void strided(__global TO *o, long o0 A_PARAMETERS B_PARAMETERS C_PARAMETERS
                      VALUE_PARAMETER, Shape shape REPORT_PARAMETERS) {
    long x = get_global_id(0);
    long rest = get_global_id(1);
    int row = (int)shape.dims - 1;
    for (int d = row - 1; d >= 0; d--) {
        long at = rest % shape.size[d];
        rest /= shape.size[d];
        o0 += at * shape.o[d];
#if ARITY > 0
        a0 += at * shape.a[d];
#endif
#if ARITY > 1
        b0 += at * shape.b[d];
#endif
#if ARITY > 2
        c0 += at * shape.c[d];
#endif
    }
    if (x < shape.size[row]) {
        STORE(o, o0 + x * shape.o[row],
              FUNCTION(A_AT(a0 + x * shape.a[row]), B_AT(b0 + x * shape.b[row]),
                       C_AT(c0 + x * shape.c[row])));
    }
}
