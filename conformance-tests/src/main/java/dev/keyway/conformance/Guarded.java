// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.sample.Input;

/**
 * A tensor in the middle of a larger one, whose other elements must stay: sentinels before and
 * behind it, and what its layout skips.
 *
 * @param all the larger tensor, of one dimension
 * @param tensor the view that may be changed
 * @param before what all elements were
 * @param base the tensor's part of it, from element 64 on: numbers from 2 on where the tensor has
 *     an element, 1 where it skips one
 */
record Guarded(Tensor all, Tensor tensor, HostArray before, HostArray base) {
    private static final int GUARD = 64;

    /** A dense tensor of this type and shape that holds numbers of no meaning. */
    static Guarded of(Workbench bench, ElementType type, long[] shape) {
        return of(bench, Input.of(garbage(type, shape)));
    }

    /** A tensor with the input's elements, in its layout, which must not overlap. */
    static Guarded of(Workbench bench, Input input) {
        HostArray base = Workbench.base(input);
        HostArray before = between(base);
        Tensor all = bench.dense(before);
        long[] shape = base.shape();
        long start = GUARD;
        Tensor inner = bench.keep(Ops.asStrided(all, shape, strides(shape), start));
        long[] inputs = input.array().shape();
        HostArray numbered = HostArray.ofIntegers(ElementType.I64, inputs, i -> i + 2L);
        HostArray places = Workbench.base(new Input(numbered, input.layout()));
        return new Guarded(all, bench.view(inner, input), before, places);
    }

    private static long[] strides(long[] shape) {
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int d = shape.length - 1; d >= 0; d--) {
            strides[d] = stride;
            stride *= Math.max(1, shape[d]);
        }
        return strides;
    }

    private static HostArray between(HostArray base) {
        int numel = base.numel();
        ElementType type = base.type();
        HostArray around = garbage(type, numel + 2L * GUARD);
        return type.isFloating()
                ? HostArray.ofReals(
                        type,
                        around.shape(),
                        i -> isGuard(i, numel) ? around.real(i) : base.real(i - GUARD))
                : HostArray.ofIntegers(
                        type,
                        around.shape(),
                        i -> isGuard(i, numel) ? around.integer(i) : base.integer(i - GUARD));
    }

    private static boolean isGuard(int at, int numel) {
        return at < GUARD || at >= GUARD + numel;
    }

    /** Fails when another element than the tensor's was changed. */
    void check(Workbench bench) {
        HostArray after = bench.download(all);
        int numel = base.numel();
        for (int i = 0; i < after.numel(); i++) {
            boolean guard = isGuard(i, numel);
            boolean skipped = guard || base.integer(i - GUARD) == 1;
            if (skipped && after.real(i) != before.real(i)) {
                String where =
                        !guard
                                ? "between the elements of"
                                : i < GUARD
                                        ? (GUARD - i) + " elements before"
                                        : (i - GUARD - numel + 1) + " elements behind";
                throw new ConformanceFailure("it wrote " + where + " its result");
            }
        }
    }

    /** An array that no operator is likely to give. */
    static HostArray garbage(ElementType type, long... shape) {
        return type.isFloating()
                ? HostArray.ofReals(type, shape, i -> 77)
                : HostArray.ofIntegers(type, shape, i -> 77);
    }
}
