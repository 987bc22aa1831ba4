// SPDX-License-Identifier: Apache-2.0
// Batched matrix product; with vectors.cl.

// The right matrix as panels of V columns, [batch, panels, k, V], zeros behind the last column.
__kernel void pack(__global T *out, long out0, __global const T *self, long self0, long total,
                   long panels, long k, long n, long step0, long step1, long step2) {
    long at = get_global_id(0);
    if (at < total) {
        long lane = at % V;
        long row = at / V % k;
        long panel = at / V / k % panels;
        long batch = at / V / k / panels;
        long column = panel * V + lane;
        out[out0 + at] =
            column < n ? self[self0 + batch * step0 + row * step1 + column * step2] : (T)0;
    }
}

#define ROWS 8
#define ROW(r) \
    __global const T *row##r = self + min(first + r, m - 1) * step1; \
    TV sum##r = (TV)(0);
#define ACCUMULATE(r) sum##r = MULTIPLY_ADD((TV)(row##r[p * step2]), right, sum##r);
#define WRITE(r) \
    if (first + r < m) { \
        __global T *to = out + out0 + (batch * m + first + r) * n + column; \
        if (column + V <= n) { \
            STORE_VECTOR(sum##r, 0, to); \
        } else { \
            T lanes[V]; \
            STORE_VECTOR(sum##r, 0, lanes); \
            for (int lane = 0; column + lane < n; lane++) { \
                to[lane] = lanes[lane]; \
            } \
        } \
    }

// A work-item has eight rows of a panel.
__kernel void multiply(__global T *out, long out0, __global const T *self, long self0,
                       __global const T *other, long other0, long panels, long blocks, long m,
                       long n, long k, long step0, long step1, long step2) {
    long panel = get_global_id(0);
    if (panel < panels) {
        long batch = get_global_id(1) / blocks;
        long first = get_global_id(1) % blocks * ROWS;
        self += self0 + batch * step0;
        other += other0 + (batch * panels + panel) * k * V;
        ROW(0) ROW(1) ROW(2) ROW(3) ROW(4) ROW(5) ROW(6) ROW(7)
        for (long p = 0; p < k; p++) {
            TV right = LOAD_VECTOR(p, other);
            ACCUMULATE(0) ACCUMULATE(1) ACCUMULATE(2) ACCUMULATE(3)
            ACCUMULATE(4) ACCUMULATE(5) ACCUMULATE(6) ACCUMULATE(7)
        }
        long column = panel * V;
        WRITE(0) WRITE(1) WRITE(2) WRITE(3) WRITE(4) WRITE(5) WRITE(6) WRITE(7)
    }
}
