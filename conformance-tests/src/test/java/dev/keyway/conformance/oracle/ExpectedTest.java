// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class ExpectedTest {
    private static HostArray single(double... values) {
        return HostArray.ofReals(ElementType.F32, new long[] {values.length}, i -> values[i]);
    }

    private static Expected within(double bound, double... values) {
        return Expected.within(
                ElementType.F32, new long[] {values.length}, i -> values[i], i -> bound);
    }

    @Test
    void namesTheElementThatDiffers() {
        String difference = within(0.25, 1, 2, 3).difference(single(1, 2.5, 3));
        assertEquals("element [1] is 2.5, expected 2.0 within 0.25", difference);
        assertNull(within(0.5, 1, 2, 3).difference(single(1, 2.5, 3)));
    }

    @Test
    void namesShapeAndType() {
        assertNotNull(within(1, 1, 2).difference(single(1)));
        HostArray integers = HostArray.ofIntegers(ElementType.I32, new long[] {1}, i -> 1);
        assertEquals("dtype is i32, expected f32", within(1, 1).difference(integers));
    }

    @Test
    void specialValuesMustMatch() {
        assertNull(within(0, Double.NaN).difference(single(Double.NaN)));
        assertNotNull(within(0, Double.NaN).difference(single(1)));
        assertNotNull(within(1, 1).difference(single(Double.NaN)));
        assertNotNull(within(1, Double.POSITIVE_INFINITY).difference(single(Float.MAX_VALUE)));
        assertNotNull(within(1, Double.NEGATIVE_INFINITY).difference(single(0)));
        assertNull(within(0, 1e39).difference(single(Double.POSITIVE_INFINITY)));
        assertNotNull(within(1, 1e38).difference(single(Double.POSITIVE_INFINITY)));
    }

    @Test
    void exactResultsKeepTheSignOfZero() {
        assertNotNull(Expected.exactly(single(-0.0)).difference(single(0.0)));
        assertNull(within(0, -0.0).difference(single(0.0)));
    }
}
