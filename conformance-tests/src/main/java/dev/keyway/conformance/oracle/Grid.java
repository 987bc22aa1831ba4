// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

/** An array that is written element by element. */
final class Grid {
    private final ElementType type;
    private final long[] shape;
    private final double[] reals;
    private final long[] integers;

    /** Zeros. */
    Grid(ElementType type, long... shape) {
        this.type = type;
        this.shape = shape.clone();
        reals = new double[type.isFloating() ? Shapes.numel(shape) : 0];
        integers = new long[type.isFloating() ? 0 : Shapes.numel(shape)];
    }

    /** A copy. */
    static Grid of(HostArray start) {
        Grid grid = new Grid(start.type(), start.shape());
        for (int i = 0; i < start.numel(); i++) {
            grid.set(i, start, i);
        }
        return grid;
    }

    /** Takes over element {@code from} of an array of the same category. */
    void set(int at, HostArray source, int from) {
        if (type.isFloating()) {
            reals[at] = source.real(from);
        } else {
            integers[at] = source.integer(from);
        }
    }

    /** Writes a real. */
    void setReal(int at, double value) {
        reals[at] = value;
    }

    /** Writes an integer. */
    void setInteger(int at, long value) {
        integers[at] = value;
    }

    HostArray array() {
        return type.isFloating()
                ? HostArray.ofReals(type, shape, i -> reals[i])
                : HostArray.ofIntegers(type, shape, i -> integers[i]);
    }

    Expected exactly() {
        return Expected.exactly(array());
    }
}
