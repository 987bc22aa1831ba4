// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.oracle.Shapes;

/**
 * Draws elements. Ordinary values are never all zero, so that a kernel that writes nothing is seen.
 */
public final class Values {
    private static final double[] SPECIAL = {
        0.0, -0.0, 1, -1, 0.5, -2.5, 1.5, 100, -100, 1e10, -1e10
    };
    private static final long[] SPECIAL_INTEGERS = {0, 1, -1, 2, -2, 7, -7, 100, 127, -128};

    private final SeededRandom random;

    Values(SeededRandom random) {
        this.random = random;
    }

    /** Elements that depend on the case alone. */
    public static Values of(CaseId id) {
        return new Values(
                new SeededRandom(id.seed(), id.operator(), id.type().toString(), id.index()));
    }

    /** Small integers, truth values, or reals of magnitude 1/64 to 4. */
    public HostArray ordinary(ElementType type, long... shape) {
        if (type == ElementType.BOOL) {
            return HostArray.ofIntegers(type, shape, i -> i % 5 == 0 ? 1 : random.nextLong(0, 1));
        }
        if (type.isFloating()) {
            return HostArray.ofReals(type, shape, i -> sign() * magnitude());
        }
        long low = type == ElementType.U8 ? 1 : -9;
        return HostArray.ofIntegers(type, shape, i -> random.nextLong(low, 9));
    }

    /** As {@link #ordinary}, greater than zero. */
    public HostArray positive(ElementType type, long... shape) {
        if (type == ElementType.BOOL) {
            return HostArray.ofIntegers(type, shape, i -> 1);
        }
        return type.isFloating()
                ? HostArray.ofReals(type, shape, i -> magnitude())
                : HostArray.ofIntegers(type, shape, i -> random.nextLong(1, 9));
    }

    /** As {@link #ordinary}, without zero. */
    public HostArray nonZero(ElementType type, long... shape) {
        if (type.isFloating() || !type.isIntegral()) {
            return type.isFloating() ? ordinary(type, shape) : positive(type, shape);
        }
        return HostArray.ofIntegers(
                type, shape, i -> (1 - 2 * random.nextLong(0, 1)) * random.nextLong(1, 9));
    }

    /** Distinct values in random order, so that extremes are unique and gradients exist. */
    public HostArray distinct(ElementType type, long... shape) {
        int numel = Shapes.numel(shape);
        int[] order = new int[numel];
        for (int i = 0; i < numel; i++) {
            int swap = (int) random.nextLong(0, i);
            order[i] = order[swap];
            order[swap] = i;
        }
        return type.isFloating()
                ? HostArray.ofReals(type, shape, i -> (order[i] - numel / 2 + 0.25) / 8)
                : HostArray.ofIntegers(type, shape, i -> order[i] - numel / 2);
    }

    /** Factors whose product neither vanishes nor overflows. */
    public HostArray nearOne(ElementType type, long... shape) {
        return type.isFloating()
                ? HostArray.ofReals(
                        type, shape, i -> sign() * (1 + (random.nextDouble() - 0.5) / 8))
                : HostArray.ofIntegers(type, shape, i -> random.nextLong(0, 3) * 2 - 3);
    }

    /** Truth values, few of them false. */
    public HostArray dense(long... shape) {
        return HostArray.ofIntegers(
                ElementType.BOOL, shape, i -> Math.min(1, random.nextLong(0, 15)));
    }

    /** Integers in [low, high]. */
    public HostArray integers(ElementType type, long low, long high, long... shape) {
        return HostArray.ofIntegers(type, shape, i -> random.nextLong(low, high));
    }

    /** Special values of the type, in order: NaN, infinities, denormals, the largest, zeros. */
    public HostArray extremes(ElementType type) {
        if (!type.isFloating()) {
            long[] all = new long[SPECIAL_INTEGERS.length + 4];
            System.arraycopy(SPECIAL_INTEGERS, 0, all, 0, SPECIAL_INTEGERS.length);
            all[all.length - 4] = type.smallestInteger();
            all[all.length - 3] = type.largestInteger();
            all[all.length - 2] = type.smallestInteger() + 1;
            all[all.length - 1] = type.largestInteger() - 1;
            return HostArray.ofIntegers(type, new long[] {all.length}, i -> all[i]);
        }
        double[] limits = {
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            type.largest(),
            -type.largest(),
            type.smallestNormal(),
            -type.smallestNormal(),
            type.ulp(0),
            -type.ulp(0),
            type.smallestNormal() / 8,
            88.5,
            -103.5,
            709.5,
            -745.0
        };
        int count = limits.length + SPECIAL.length;
        return HostArray.ofReals(
                type,
                new long[] {count},
                i -> i < limits.length ? limits[i] : SPECIAL[i - limits.length]);
    }

    /** Extremes scattered among ordinary values. */
    public HostArray mixed(ElementType type, long... shape) {
        HostArray extremes = extremes(type);
        HostArray ordinary = ordinary(type, shape);
        boolean[] special = new boolean[ordinary.numel()];
        int[] which = new int[ordinary.numel()];
        for (int i = 0; i < special.length; i++) {
            special[i] = random.nextLong(0, 7) == 0;
            which[i] = (int) random.nextLong(0, extremes.numel() - 1);
        }
        return type.isFloating()
                ? HostArray.ofReals(
                        type, shape, i -> special[i] ? extremes.real(which[i]) : ordinary.real(i))
                : HostArray.ofIntegers(
                        type,
                        shape,
                        i -> special[i] ? extremes.integer(which[i]) : ordinary.integer(i));
    }

    /** One of the choices. */
    @SafeVarargs
    public final <T> T choose(T... choices) {
        return choices[(int) random.nextLong(0, choices.length - 1)];
    }

    /** A 64-bit seed. */
    public long seed() {
        return random.nextLong();
    }

    private double sign() {
        return random.nextLong(0, 1) == 0 ? 1 : -1;
    }

    private double magnitude() {
        return StrictMath.scalb(1 + random.nextDouble(), (int) random.nextLong(-6, 1));
    }
}
