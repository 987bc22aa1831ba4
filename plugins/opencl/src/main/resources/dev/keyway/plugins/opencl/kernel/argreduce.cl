// SPDX-License-Identifier: Apache-2.0
// The index of the first extreme along dimension 1 of [outer, n, inner]. Macros: T, BETTER(x, best):
// whether x, which comes later, takes the place of best.
__kernel void lanes(__global long *out, long out0, __global const T *self, long self0, long results,
                    long inner, long n, long step0, long step1, long step2) {
    long at = get_global_id(0);
    if (at < results) {
        long start = self0 + at / inner * step0 + at % inner * step2;
        T best = self[start];
        long place = 0;
        for (long j = 1; j < n; j++) {
            T x = self[start + j * step1];
            if (BETTER(x, best)) {
                best = x;
                place = j;
            }
        }
        out[out0 + at] = place;
    }
}

__kernel __attribute__((reqd_work_group_size(256, 1, 1))) void groups(
    __global long *out, long out0, __global const T *self, long self0, long inner, long n,
    long step0, long step1, long step2) {
    __local T values[256];
    __local long places[256];
    long at = get_group_id(0);
    int lane = get_local_id(0);
    long start = self0 + at / inner * step0 + at % inner * step2;
    // Each lane has a run of neighbours, so that of equal values the lower lane has the first.
    long length = (n + 255) / 256;
    long from = min(n - 1, lane * length);
    long end = min(n, (lane + 1) * length);
    T best = self[start + from * step1];
    long place = from;
    for (long j = from + 1; j < end; j++) {
        T x = self[start + j * step1];
        if (BETTER(x, best)) {
            best = x;
            place = j;
        }
    }
    values[lane] = best;
    places[lane] = place;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int step = 1; step < 256; step <<= 1) {
        if (lane % (2 * step) == 0 && BETTER(values[lane + step], values[lane])) {
            values[lane] = values[lane + step];
            places[lane] = places[lane + step];
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (lane == 0) {
        out[out0 + at] = places[0];
    }
}
