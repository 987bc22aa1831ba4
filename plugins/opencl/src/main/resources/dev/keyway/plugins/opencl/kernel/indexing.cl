// SPDX-License-Identifier: Apache-2.0
// Gather and scatter along dimension 1. T is an element as bits or, for sums, as a number.
// out[o, j, i] = self[o, index[o, j, i], i]
__kernel void gather(__global T *out, long out0, __global const T *self, long self0,
                     __global const long *index, long index0, long total, long m, long inner,
                     long n, long self_step0, long self_step1, long self_step2, long index_step0,
                     long index_step1, long index_step2, __global int *status, int name) {
    long at = get_global_id(0);
    if (at < total) {
        long i = at % inner;
        long j = at / inner % m;
        long o = at / inner / m;
        long place = index[index0 + o * index_step0 + j * index_step1 + i * index_step2];
        if (place < 0 || place >= n) {
            report(status, name, INDEX_OUT_OF_BOUNDS, place, n);
        } else {
            out[out0 + at] = self[self0 + o * self_step0 + place * self_step1 + i * self_step2];
        }
    }
}

// out[o, index[o, j, i], i] op= source[o, j, i]; a work-item does all j of its column in order.
__kernel void scatter(__global T *out, long out0, __global const long *index, long index0,
                      __global const T *source, long source0, long columns, long m, long width,
                      long inner, long n, long index_step0, long index_step1, long index_step2,
                      long source_step0, long source_step1, long source_step2, __global int *status,
                      int name) {
    long at = get_global_id(0);
    if (at < columns) {
        long i = at % width;
        long o = at / width;
        for (long j = 0; j < m; j++) {
            long place = index[index0 + o * index_step0 + j * index_step1 + i * index_step2];
            if (place < 0 || place >= n) {
                report(status, name, INDEX_OUT_OF_BOUNDS, place, n);
            } else {
                long target = out0 + (o * n + place) * inner + i;
                T value = source[source0 + o * source_step0 + j * source_step1 + i * source_step2];
                out[target] = COMBINE(out[target], value);
            }
        }
    }
}
