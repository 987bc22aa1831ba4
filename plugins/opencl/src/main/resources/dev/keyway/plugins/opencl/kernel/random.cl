// SPDX-License-Identifier: Apache-2.0
// Philox 4x32-10 (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011): element i
// takes word i % 4 of block first + i / 4. Macros: T, ELEMENT(word), which may use the parameters.
__kernel void random_numbers(__global T *out, long out0, long n, ulong seed, ulong first, long from,
                             ulong range, uint count) {
    long i = get_global_id(0);
    if (i < n) {
        ulong block = first + (ulong)(i / 4);
        uint4 c = (uint4)((uint)block, (uint)(block >> 32), 0, 0);
        uint2 k = (uint2)((uint)seed, (uint)(seed >> 32));
        for (int round = 0; round < 10; round++) {
            c = (uint4)(mul_hi(0xCD9E8D57u, c.z) ^ c.y ^ k.x, 0xCD9E8D57u * c.z,
                        mul_hi(0xD2511F53u, c.x) ^ c.w ^ k.y, 0xD2511F53u * c.x);
            k += (uint2)(0x9E3779B9u, 0xBB67AE85u);
        }
        uint word = (i & 2) == 0 ? ((i & 1) == 0 ? c.x : c.y) : ((i & 1) == 0 ? c.z : c.w);
        out[out0 + i] = ELEMENT(word);
    }
}
