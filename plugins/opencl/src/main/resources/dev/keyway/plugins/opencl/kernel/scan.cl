// SPDX-License-Identifier: Apache-2.0
// Running reductions along dimension 1 of [outer, n, inner], one element after another, which is
// what defines the bits. Macros: T, S, the type of the running value, INITIAL, COMBINE(x, y).
#define LOG_SUM_EXP(a, b) \
    (isinf(LARGER(a, b)) || isnan(LARGER(a, b)) \
         ? LARGER(a, b) \
         : LARGER(a, b) + log1p(exp(SMALLER(a, b) - LARGER(a, b))))

__kernel void scan(__global T *out, long out0, __global const T *self, long self0, long lines,
                   long inner, long n, long step0, long step1, long step2) {
    long at = get_global_id(0);
    if (at < lines) {
        self += self0 + at / inner * step0 + at % inner * step2;
        out += out0 + at / inner * n * inner + at % inner;
        S result = INITIAL;
        for (long j = 0; j < n; j++) {
            S x = self[j * step1];
            result = COMBINE(result, x);
            out[j * inner] = (T)result;
        }
    }
}
