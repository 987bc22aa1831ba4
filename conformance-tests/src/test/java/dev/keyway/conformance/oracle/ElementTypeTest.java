// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.Arrays;

class ElementTypeTest {
    @Test
    void halvesRoundToEven() {
        assertEquals(1, ElementType.F16.round(1 + 0x1p-11));
        assertEquals(1 + 0x1p-9, ElementType.F16.round(1 + 3 * 0x1p-11));
        assertEquals(Double.POSITIVE_INFINITY, ElementType.F16.round(65520));
        assertEquals(1, ElementType.BF16.round(1 + 0x1p-8));
        assertEquals(1 + 0x1p-6, ElementType.BF16.round(1 + 3 * 0x1p-8));
        assertTrue(Double.isNaN(ElementType.BF16.round(Double.NaN)));
    }

    @Test
    void floatsSaturateToIntegers() {
        assertEquals(127, ElementType.I8.saturate(1e9));
        assertEquals(Long.MIN_VALUE, ElementType.I64.saturate(Double.NEGATIVE_INFINITY));
        assertEquals(0, ElementType.U8.saturate(-3.5));
        assertEquals(0, ElementType.I32.saturate(Double.NaN));
        assertEquals(-2, ElementType.I32.saturate(-2.9));
    }

    @Test
    void limitsAreThoseOfJavaTypes() {
        assertEquals(Float.MAX_VALUE, ElementType.F32.largest());
        assertEquals(Double.MIN_NORMAL, ElementType.F64.smallestNormal());
        assertEquals(Math.ulp(3.7f), ElementType.F32.ulp(3.7));
        assertEquals(Double.MIN_VALUE, ElementType.F64.ulp(0));
        assertEquals(Integer.MIN_VALUE, ElementType.I32.smallestInteger());
        assertEquals(Long.MAX_VALUE, ElementType.I64.largestInteger());
    }

    @Test
    void everyTypeSurvivesItsBytes() {
        for (ElementType type : ElementType.values()) {
            HostArray array =
                    type.isFloating()
                            ? HostArray.ofReals(type, new long[] {2, 2}, i -> i - 1.5)
                            : HostArray.ofIntegers(type, new long[] {2, 2}, i -> i - 1);
            HostArray back = HostBytes.decode(type, new long[] {2, 2}, HostBytes.encode(array));
            for (int i = 0; i < 4; i++) {
                assertEquals(array.real(i), back.real(i), type + " element " + i);
            }
            assertArrayEquals(array.shape(), back.shape());
        }
    }

    @Test
    void theBitsOfOneNanAreThoseOfAnyOther() {
        double negative = Double.longBitsToDouble(0xfff8000000000000L);
        for (ElementType type : ElementType.values()) {
            if (type.isFloating()) {
                byte[] bits = bits(type, 1.5, Double.NaN);
                assertArrayEquals(bits, bits(type, 1.5, negative), type.toString());
                assertFalse(Arrays.equals(bits, bits(type, 1.5, 0)), type.toString());
                assertFalse(Arrays.equals(bits(type, 0), bits(type, -0.0)), type.toString());
            }
        }
    }

    private static byte[] bits(ElementType type, double... values) {
        return HostBytes.bits(HostArray.ofReals(type, new long[] {values.length}, i -> values[i]));
    }
}
