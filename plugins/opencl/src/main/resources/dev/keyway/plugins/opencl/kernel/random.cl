// SPDX-License-Identifier: Apache-2.0
// Philox 4x32-10 (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011): element i
// takes word i % 4 of block first + i / 4. Macros: T, ELEMENT(word), which may use the parameters
// and the pair of words that the element is in.

#ifdef NORMAL
float polynomial4(float x, float c0, float c1, float c2, float c3) {
    return fma(fma(fma(c3, x, c2), x, c1), x, c0);
}

// Of j * 2^-24.
float log_of(uint j) {
    uint bits = as_uint((float)j);
    int exponent = (int)(bits >> 23) - 127 - 24;
    float m = as_float((bits & 0x7FFFFFu) | 0x3F800000u);
    if (m > 0x1.6a09e6p0f) {
        m *= 0.5f;
        exponent++;
    }
    float x = m - 1.0f;
    float square = x * x;
    float high = fma(fma(fma(fma(fma(0x1.1d8ea6p-4f, x, -0x1.d635bcp-4f), x, 0x1.dea282p-4f), x,
                       -0x1.fcf4c6p-4f), x, 0x1.23d21ap-3f), x, -0x1.555b4ap-3f);
    float y = fma(fma(fma(high, x, 0x1.999d5ap-3f), x, -0x1.fffffcp-3f), x, 0x1.555554p-2f);
    y = y * (square * x);
    y = fma((float)exponent, -0x1.bd0106p-13f, y);
    y = fma(-0.5f, square, y) + x;
    return fma((float)exponent, 0x1.63p-1f, y);
}

// Box and Muller's pair, in f32 to the bit as dev.keyway.spi.toolkit.Philox says.
float normal(uint first, uint second, int sine) {
    float radius = sqrt(0.0f - 2.0f * log_of((first >> 8) + 1));
    int turns = (int)(second >> 8);
    int quarter = (turns + (1 << 21)) >> 22;
    float x = (float)(turns - (quarter << 22)) * 0x1.0p-24f;
    float square = x * x;
    float sin_x =
        polynomial4(square, 0x1.921fb6p2f, -0x1.4abbbap5f, 0x1.465ec4p6f, -0x1.2d9b4p6f) * x;
    float cos_x = fma(
        polynomial4(square, -0x1.3bd3ccp4f, 0x1.03c1eap6f, -0x1.55cb98p6f, 0x1.db6492p5f), square,
        1.0f);
    float value = sine == (quarter & 1) ? cos_x : sin_x;
    int negative = (sine ? quarter : quarter + 1) & 2;
    return radius * (negative ? -value : value);
}
#endif

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
        uint even = (i & 2) == 0 ? c.x : c.z;
        uint odd = (i & 2) == 0 ? c.y : c.w;
        uint word = (i & 1) == 0 ? even : odd;
        out[out0 + i] = ELEMENT(word);
    }
}
