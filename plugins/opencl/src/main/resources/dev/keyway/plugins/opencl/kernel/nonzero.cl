// SPDX-License-Identifier: Apache-2.0
// The positions of true elements, ascending: each chunk counts, the counts become starts, each chunk
// writes from its start.
#define CHUNK 1024

__kernel void count(__global long *counts, long counts0, __global const uchar *self, long self0,
                    long chunks, long n, long step) {
    long chunk = get_global_id(0);
    if (chunk < chunks) {
        long end = min(n, (chunk + 1) * CHUNK);
        long found = 0;
        for (long i = chunk * CHUNK; i < end; i++) {
            found += self[self0 + i * step] != 0;
        }
        counts[counts0 + chunk] = found;
    }
}

// One work-item.
__kernel void starts(__global long *counts, long counts0, __global long *total, long total0,
                     long chunks) {
    if (get_global_id(0) == 0) {
        long sum = 0;
        for (long i = 0; i < chunks; i++) {
            long found = counts[counts0 + i];
            counts[counts0 + i] = sum;
            sum += found;
        }
        total[total0] = sum;
    }
}

__kernel void positions(__global long *out, long out0, __global const long *counts, long counts0,
                        __global const uchar *self, long self0, long chunks, long n, long step) {
    long chunk = get_global_id(0);
    if (chunk < chunks) {
        long end = min(n, (chunk + 1) * CHUNK);
        long at = out0 + counts[counts0 + chunk];
        for (long i = chunk * CHUNK; i < end; i++) {
            if (self[self0 + i * step] != 0) {
                out[at++] = i;
            }
        }
    }
}
