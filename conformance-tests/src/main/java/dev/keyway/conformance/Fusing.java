// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.KeywayException;
import dev.keyway.Observer;
import dev.keyway.Operator;
import dev.keyway.Ops;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import dev.keyway.conformance.oracle.HostArray;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a device makes of {@link Keyway#fuse}: whether its plugin computes chains, from how many
 * elements on, and whether the results have the bits of the same code outside.
 */
final class Fusing {
    /** What {@code explain} says of an operator that is computed in a chain. */
    private static final String PUT_OFF = "fuse: put off and computed with its neighbours";

    /** What it says where the plugin has no fused kernels. */
    private static final String NONE =
            "fuse: runs by itself, as the plugin whose kernel serves it computes no chains";

    private static final String TOO_FEW = "fuse: runs by itself, as it has too few elements";

    /** Longer tensors would take too long. */
    private static final long MOST = 1 << 22;

    private final Workbench bench;

    Fusing(Workbench bench) {
        this.bench = bench;
    }

    /** What {@code explain} says inside fuse. */
    private String explain(String operator, Attributes attributes, Tensor... arguments) {
        String[] line = new String[1];
        bench.keyway()
                .fuse(
                        () -> {
                            line[0] =
                                    bench.keyway()
                                            .explain(operator, attributes, arguments)
                                            .candidates()
                                            .getLast();
                            return arguments[0];
                        });
        return line[0];
    }

    private String explainComparison(long numel) {
        try (Tensor one = Ops.zeros(bench.device(), DType.F32, 1);
                Tensor many = one.expand(numel)) {
            return explain("eq.Tensor", Attributes.NONE, many, many);
        }
    }

    /** Whether the plugin registered kernels for chains. */
    boolean isOffered() {
        return !explainComparison(1).equals(NONE);
    }

    /** Whether the call is put off. */
    boolean isPutOff(String operator, Attributes attributes, Tensor... arguments) {
        try {
            return explain(operator, attributes, arguments).equals(PUT_OFF);
        } catch (KeywayException e) {
            return false; // the call fails, too
        }
    }

    /** From how many elements on chains are computed; 1 where there are none. */
    long smallest() {
        long above = 0;
        long enough = 1;
        while (explainComparison(enough).equals(TOO_FEW)) {
            above = enough;
            enough *= 2;
            DeviceCases.require(
                    enough <= MOST,
                    "chains begin above " + above + " elements, where the suite can't check them");
        }
        while (enough - above > 1) {
            long middle = (above + enough) / 2;
            if (explainComparison(middle).equals(TOO_FEW)) {
                above = middle;
            } else {
                enough = middle;
            }
        }
        return enough;
    }

    /** How many operators were computed in chains while the code ran. */
    int count(Runnable code) {
        Counter counter = new Counter(bench.device());
        try (Scope _ = bench.keyway().observe(counter)) {
            code.run();
        }
        return counter.count;
    }

    private static final class Counter implements Observer {
        private final Device device;
        private int count;

        Counter(Device device) {
            this.device = device;
        }

        @Override
        public void before(Operator operator, Device on, DType computeDType) {}

        @Override
        public void after(Operator operator, Device on, DType computeDType) {}

        @Override
        public void fused(List<Operator> operators, Device on) {
            count += on == device ? operators.size() : 0;
        }
    }

    /**
     * Fails unless the code gives the same bits, or fails, inside and outside of fuse. Outside it
     * is observed: then a call whose operands are converted is no chain of one operator either.
     */
    void check(String what, Supplier<Tensor> code) {
        @Nullable HostArray plain = null;
        @Nullable String problem = null;
        try (Scope _ = bench.keyway().observe(new Counter(bench.device()));
                Tensor result = code.get()) {
            plain = bench.download(result);
        } catch (KeywayException e) {
            problem = String.valueOf(e.getMessage());
        }
        @Nullable HostArray fused = null;
        try (Tensor result = bench.keyway().fuse(code)) {
            fused = bench.download(result);
        } catch (KeywayException e) {
            DeviceCases.require(
                    problem != null, what + " fails inside fuse alone: " + e.getMessage());
        }
        if (plain != null && fused != null) {
            same(what, plain, fused);
        } else {
            DeviceCases.require(fused == null, what + " fails outside of fuse alone: " + problem);
        }
    }

    /** Fails unless the bits are equal; a NaN is like any other. */
    static void same(String what, HostArray plain, HostArray fused) {
        DeviceCases.require(
                fused.type() == plain.type() && Arrays.equals(fused.shape(), plain.shape()),
                what + " gives " + fused + " inside fuse, " + plain + " outside");
        if (fused.hasElementsOf(plain)) {
            return;
        }
        for (int i = 0; i < plain.numel(); i++) {
            if (bits(plain, i) != bits(fused, i)) {
                throw new ConformanceFailure(
                        what
                                + " of "
                                + plain.numel()
                                + " elements: element "
                                + i
                                + " is "
                                + fused.text(i)
                                + " inside fuse, "
                                + plain.text(i)
                                + " outside");
            }
        }
    }

    private static long bits(HostArray array, int i) {
        return array.type().isFloating()
                ? Double.doubleToLongBits(array.real(i))
                : array.integer(i);
    }
}
