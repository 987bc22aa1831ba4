// SPDX-License-Identifier: Apache-2.0
// A stable merge sort along dimension 1 of [outer, n, inner] over long keys, a launch for each
// doubling of the sorted runs: an element's place in the merged run is its place in its own plus the
// number of elements of the other that go before it. Macros: T, KEY(x).
__kernel void prepare(__global long *keys, long keys0, __global long *places, long places0,
                      __global const T *self, long self0, long total, long n, long inner, long step0,
                      long step1, long step2, int descending) {
    long at = get_global_id(0);
    if (at < total) {
        long j = at % n;
        long line = at / n;
        T x = self[self0 + line / inner * step0 + j * step1 + line % inner * step2];
        long key = KEY(x);
        keys[keys0 + at] = descending ? ~key : key;
        places[places0 + at] = j;
    }
}

__kernel void merge(__global long *keys, long keys0, __global long *places, long places0,
                    __global const long *from_keys, long from_keys0,
                    __global const long *from_places, long from_places0, long total, long n,
                    long width) {
    long at = get_global_id(0);
    if (at < total) {
        long j = at % n;
        long line = at - j;
        long run = j / width * width;
        bool left = run / width % 2 == 0;
        long other = left ? run + width : run - width;
        long low = min(other, n);
        long high = min(other + width, n);
        long key = from_keys[from_keys0 + at];
        // Equal elements of the left run go before those of the right one.
        while (low < high) {
            long middle = (low + high) / 2;
            long there = from_keys[from_keys0 + line + middle];
            if (left ? there < key : there <= key) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        long to = line + (j - run) + min(run, other) + (low - min(other, n));
        keys[keys0 + to] = key;
        places[places0 + to] = from_places[from_places0 + at];
    }
}

__kernel void finish(__global T *values, long values0, __global long *indices, long indices0,
                     __global const long *places, long places0, __global const T *self, long self0,
                     long total, long n, long inner, long step0, long step1, long step2) {
    long at = get_global_id(0);
    if (at < total) {
        long j = at / inner % n;
        long line = at / inner / n * inner + at % inner;
        long place = places[places0 + line * n + j];
        values[values0 + at] =
            self[self0 + line / inner * step0 + place * step1 + line % inner * step2];
        indices[indices0 + at] = place;
    }
}
