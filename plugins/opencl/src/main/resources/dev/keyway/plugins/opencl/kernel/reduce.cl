// SPDX-License-Identifier: Apache-2.0
// Reduces dimension 1 of [outer, n, inner]. Macros: T, INITIAL, COMBINE(x, y). The steps are the
// strides of self; out is [outer, chunks, inner], of which each chunk has `length` elements of n.

// A work-item for each result.
__kernel void lanes(__global T *out, long out0, __global const T *self, long self0, long results,
                    long inner, long n, long step0, long step1, long step2) {
    long at = get_global_id(0);
    if (at < results) {
        long start = self0 + at / inner * step0 + at % inner * step2;
        T result = INITIAL;
        for (long j = 0; j < n; j++) {
            T x = self[start + j * step1];
            result = COMBINE(result, x);
        }
        out[out0 + at] = result;
    }
}

// A work-group for each result.
__kernel __attribute__((reqd_work_group_size(256, 1, 1))) void groups(
    __global T *out, long out0, __global const T *self, long self0, long chunks, long inner, long n,
    long length, long step0, long step1, long step2) {
    __local T partial[256];
    long at = get_group_id(0);
    int lane = get_local_id(0);
    long chunk = at / inner % chunks;
    long start = self0 + at / inner / chunks * step0 + at % inner * step2;
    long end = min(n, (chunk + 1) * length);
    T result = INITIAL;
    for (long j = chunk * length + lane; j < end; j += 256) {
        T x = self[start + j * step1];
        result = COMBINE(result, x);
    }
    partial[lane] = result;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int half_size = 128; half_size > 0; half_size >>= 1) {
        if (lane < half_size) {
            T other = partial[lane + half_size];
            T mine = partial[lane];
            partial[lane] = COMBINE(mine, other);
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (lane == 0) {
        out[out0 + at] = partial[0];
    }
}
