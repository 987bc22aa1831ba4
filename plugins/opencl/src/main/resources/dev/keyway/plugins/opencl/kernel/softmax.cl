// SPDX-License-Identifier: Apache-2.0
// Softmax, or with LOGARITHM its logarithm, along dimension 1 of [outer, n, inner]; T is the type.
__kernel void softmax(__global T *out, long out0, __global const T *self, long self0, long lines,
                      long n, long inner) {
    long at = get_global_id(0);
    if (at < lines) {
        long start = at / inner * n * inner + at % inner;
        out += out0 + start;
        self += self0 + start;
        T largest = -INFINITY;
        for (long j = 0; j < n; j++) {
            T x = self[j * inner];
            largest = LARGER(largest, x);
        }
        T sum = 0;
        for (long j = 0; j < n; j++) {
            T x = exp(self[j * inner] - largest);
#ifndef LOGARITHM
            out[j * inner] = x;
#endif
            sum += x;
        }
#ifdef LOGARITHM
        T log_sum = log(sum);
        for (long j = 0; j < n; j++) {
            out[j * inner] = self[j * inner] - largest - log_sum;
        }
#else
        for (long j = 0; j < n; j++) {
            out[j * inner] /= sum;
        }
#endif
    }
}
