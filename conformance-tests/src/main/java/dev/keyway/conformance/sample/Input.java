// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import dev.keyway.conformance.oracle.HostArray;

/**
 * A tensor argument.
 *
 * @param array shape and elements
 * @param layout how they lie in storage
 */
public record Input(HostArray array, Layout layout) {
    /** A dense input. */
    public static Input of(HostArray array) {
        return new Input(array, Layout.CONTIGUOUS);
    }

    /** In this layout; where it is {@link Layout#EXPANDED}, all rows become the first. */
    public static Input of(HostArray array, Layout layout) {
        if (layout != Layout.EXPANDED || array.numel() == 0) {
            return new Input(array, layout);
        }
        int row = array.numel() / array.size(0);
        return new Input(array.pick(array.shape(), i -> i % row), layout);
    }

    @Override
    public String toString() {
        return layout == Layout.CONTIGUOUS ? array.toString() : array + "/" + layout;
    }
}
