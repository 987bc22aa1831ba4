// SPDX-License-Identifier: Apache-2.0
// out[i] = start + i * step in the type S, rounded once to T.
__kernel void arange(__global T *out, long out0, long n, S start, S step) {
    long i = get_global_id(0);
    if (i < n) {
        out[out0 + i] = (T)(start + (S)i * step);
    }
}
