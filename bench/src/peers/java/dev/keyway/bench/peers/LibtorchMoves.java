// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import ai.djl.ndarray.NDArray;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.bench.compare.ContestFamily;
import dev.keyway.bench.peers.LibtorchFunction.Setup;
import dev.keyway.bench.peers.LibtorchFunction.Work;
import dev.keyway.results.SortResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Copies, joins, gathers, sorts and sums of columns, in cache and out of it, against libtorch. */
public final class LibtorchMoves implements ContestFamily {
    private final List<Entry> entries = new ArrayList<>();

    /** For {@code ServiceLoader}. */
    public LibtorchMoves() {
        for (int count : new int[] {1 << 16, 1 << 24}) {
            copy(count);
        }
        for (int rows : new int[] {64, 4096}) {
            cat(rows);
            gather(rows);
            sumOfColumns(rows);
        }
        for (int rows : new int[] {1, 64, 4096}) {
            sort(rows);
        }
    }

    @Override
    public String peer() {
        return "libtorch";
    }

    @Override
    public List<Entry> entries() {
        return entries;
    }

    private void add(String name, boolean quick, double bytes, String function, Setup setup) {
        entries.add(
                new Entry(
                        name,
                        quick,
                        threads -> new LibtorchFunction(threads, bytes, "GB/s", function, setup)));
    }

    private void copy(int count) {
        float[] numbers = Numbers.normal(count, 1);
        add(
                "copy " + count,
                false,
                8.0 * count,
                "at::copy_",
                (side, torch) -> {
                    Tensor x = side.tensor(numbers, count);
                    Tensor out = side.tensor(new float[count], count);
                    NDArray theirOut = torch.tensor(new float[count], count);
                    TorchCall call =
                            new TorchCall(torch, "_ZN2at4_ops5copy_4callERNS_6TensorERKS2_b", 0)
                                    .tensor(theirOut)
                                    .tensor(torch.tensor(numbers, count))
                                    .flag(false);
                    return new Work(() -> out.copy_(x), call, () -> theirOut, 1);
                });
    }

    /** Two matrices side by side. */
    private void cat(int rows) {
        int width = 512;
        float[] left = Numbers.normal(rows * width, 1);
        float[] right = Numbers.normal(rows * width, 2);
        add(
                "cat " + rows + "x" + 2 * width,
                rows == 4096,
                16.0 * rows * width,
                "at::cat_out",
                (side, torch) -> {
                    List<Tensor> parts =
                            List.of(
                                    side.tensor(left, rows, width),
                                    side.tensor(right, rows, width));
                    NDArray out = torch.tensor(new float[2 * rows * width], rows, 2 * width);
                    TorchCall call =
                            new TorchCall(
                                            torch,
                                            "_ZN2at4_ops7cat_out4callERKN3c108IListRefINS_6TensorE"
                                                    + "EElRS4_",
                                            0)
                                    .tensors(
                                            List.of(
                                                    torch.tensor(left, rows, width),
                                                    torch.tensor(right, rows, width)))
                                    .number(1)
                                    .tensor(out);
                    return new Work(() -> Ops.cat(parts, 1), call, () -> out, 1);
                });
    }

    /** One number of each row for each column, from random rows of it. */
    private void gather(int rows) {
        int width = 1024;
        float[] numbers = Numbers.normal(rows * width, 1);
        long[] places = new Random(2).longs((long) rows * width, 0, width).toArray();
        add(
                "gather " + rows + "x" + width,
                rows == 64,
                16.0 * rows * width,
                "at::gather_out",
                (side, torch) -> {
                    Tensor x = side.tensor(numbers, rows, width);
                    Tensor index = side.keyway.tensor(side.device, places, rows, width);
                    NDArray out = torch.tensor(new float[rows * width], rows, width);
                    TorchCall call =
                            new TorchCall(
                                            torch,
                                            "_ZN2at4_ops10gather_out4callERKNS_6TensorElS4_bRS2_",
                                            0)
                                    .tensor(torch.tensor(numbers, rows, width))
                                    .number(1)
                                    .tensor(torch.tensor(places, rows, width))
                                    .flag(false)
                                    .tensor(out);
                    return new Work(() -> Ops.gather(x, 1, index), call, () -> out, 1);
                });
    }

    private void sumOfColumns(int rows) {
        int width = 1024;
        float[] numbers = Numbers.normal(rows * width, 1);
        add(
                "sum of columns " + rows + "x" + width,
                false,
                4.0 * rows * width,
                "at::sum_out",
                (side, torch) -> {
                    Tensor x = side.tensor(numbers, rows, width);
                    NDArray out = torch.tensor(new float[width], width);
                    TorchCall call =
                            new TorchCall(
                                            torch,
                                            "_ZN2at4_ops15sum_IntList_out4callERKNS_6TensorEN3c1016"
                                                    + "OptionalArrayRefIlEEbSt8optionalINS5_10Scala"
                                                    + "rTypeEERS2_",
                                            0)
                                    .tensor(torch.tensor(numbers, rows, width))
                                    .optionalList(0)
                                    .flag(false)
                                    .noType()
                                    .tensor(out);
                    return new Work(() -> Ops.sum(x, 0L), call, () -> out, Math.sqrt(rows));
                });
    }

    private void sort(int rows) {
        int width = 4096;
        float[] numbers = Numbers.normal(rows * width, 1);
        add(
                "sort " + rows + "x" + width,
                rows == 64,
                16.0 * rows * width,
                "at::sort_out",
                (side, torch) -> {
                    Tensor x = side.tensor(numbers, rows, width);
                    NDArray values = torch.tensor(new float[rows * width], rows, width);
                    NDArray places = torch.tensor(new long[rows * width], rows, width);
                    TorchCall call =
                            new TorchCall(
                                            torch,
                                            "_ZN2at4_ops11sort_values4callERKNS_6TensorElbRS2_S5_",
                                            0)
                                    .references(2)
                                    .tensor(torch.tensor(numbers, rows, width))
                                    .number(1)
                                    .flag(false)
                                    .tensor(values)
                                    .tensor(places);
                    return new Work(() -> sorted(x), call, () -> values, 1);
                });
    }

    private static Tensor sorted(Tensor x) {
        SortResult result = Ops.sort(x, 1, false);
        result.indices().close();
        return result.values();
    }
}
