// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.bench.compare.ContestFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/** Everything but matrix products and convolutions, against libtorch. */
public final class LibtorchOperators implements ContestFamily {
    private static final String OUT = "4callERKNS_6TensorERS2_";

    private final List<Entry> entries = new ArrayList<>();

    /** For {@code ServiceLoader}. */
    public LibtorchOperators() {
        add("add 16", true, threads -> new SmallAddContest(false, threads));
        add("add_out 16", true, threads -> new SmallAddContest(true, threads));
        for (int count : new int[] {1 << 12, 1 << 16, 1 << 20, 1 << 24}) {
            pointwise("exp", count, count == 1 << 16, Ops::expOut, "7exp_out");
            pointwise("tanh", count, false, Ops::tanhOut, "8tanh_out");
            pointwise("sigmoid", count, false, Ops::sigmoidOut, "11sigmoid_out");
        }
        for (long[] sizes : new long[][] {{128, 128}, {1024, 1024}, {64, 30522}}) {
            rows(sizes);
        }
        for (int size : new int[] {64, 512, 4096}) {
            add("transpose " + size, size > 512, threads -> new LibtorchTranspose(threads, size));
        }
        add("chain of 6 on 1M", true, threads -> new LibtorchChain(threads, 1 << 20, false));
        add("chain of 6 on 1M, fused", true, threads -> new LibtorchChain(threads, 1 << 20, true));
    }

    private void add(
            String name,
            boolean quick,
            java.util.function.IntFunction<dev.keyway.bench.compare.Contest> open) {
        entries.add(new Entry(name, quick, open));
    }

    private void pointwise(
            String name, int count, boolean quick, BinaryOperator<Tensor> ours, String symbol) {
        long[] sizes = {count};
        add(
                name + " " + count,
                quick,
                threads ->
                        new LibtorchUnary(
                                threads,
                                ours,
                                "at::" + name + "_out",
                                "_ZN2at4_ops" + symbol + OUT,
                                LibtorchCalls.PLAIN,
                                sizes,
                                sizes));
    }

    private void rows(long[] sizes) {
        String shape = " " + sizes[0] + "x" + sizes[1];
        boolean quick = sizes[0] == 1024;
        add(
                "softmax" + shape,
                quick,
                threads ->
                        new LibtorchUnary(
                                threads,
                                (out, x) -> x.softmax(-1L),
                                "at::_softmax_out",
                                "_ZN2at4_ops12_softmax_out4callERKNS_6TensorElbRS2_",
                                LibtorchCalls.LAST_DIMENSION,
                                sizes,
                                sizes));
        add(
                "amax of rows" + shape,
                false,
                threads ->
                        new LibtorchUnary(
                                threads,
                                (out, x) -> x.amax(-1L),
                                "at::amax_out",
                                "_ZN2at4_ops8amax_out4callERKNS_6TensorEN3c108ArrayRefIlEEbRS2_",
                                LibtorchCalls.DIMENSIONS,
                                sizes,
                                new long[] {sizes[0]}));
        add(
                "sum" + shape,
                quick,
                threads ->
                        new LibtorchUnary(
                                threads,
                                (out, x) -> x.sum(),
                                "at::sum_out",
                                "_ZN2at4_ops7sum_out4callERKNS_6TensorESt8optionalIN3c1"
                                        + "010ScalarTypeEERS2_",
                                LibtorchCalls.TO_NUMBER,
                                sizes,
                                new long[] {}));
    }

    @Override
    public String peer() {
        return "libtorch";
    }

    @Override
    public List<Entry> entries() {
        return entries;
    }
}
