// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import com.google.auto.service.AutoService;
import dev.keyway.conformance.sample.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** Views, indexing, joining and products of matrices. */
@AutoService(LibtorchFamily.class)
public final class IndexingLibtorch implements LibtorchFamily {
    /** For {@code ServiceLoader}. */
    public IndexingLibtorch() {}

    @Override
    public void register(LibtorchTable table) {
        table.same(
                "repeat_interleave.self_int",
                "repeat_interleave.self_int",
                "self",
                "repeats",
                "dim",
                LibtorchTable.NONE);
        table.same("meshgrid", "meshgrid.indexing", "tensors", "indexing");
        table.same("cdist", "cdist", "x1", "x2", "p", LibtorchTable.NONE);
        table.special(
                "einsum",
                sample ->
                        LibtorchCall.call(
                                "einsum",
                                sample.arguments().get("equation"),
                                sample.arguments().get("tensors"),
                                null));
        for (String type : List.of("u8", "i8", "i16", "i32")) {
            table.except(
                    "einsum",
                    type,
                    "smooth sum",
                    "libtorch's einsum sums small integers into i64 where it multiplies nothing");
        }
        creation(table);
        table.special("index.Tensor", sample -> indexed("index.Tensor", sample));
        table.special("index_put", sample -> indexed("index_put", sample));
    }

    private static void creation(LibtorchTable table) {
        for (String name :
                List.of(
                        "rand_like",
                        "randn_like",
                        "randint_like",
                        "random.from",
                        "uniform",
                        "normal",
                        "normal.Tensor_float",
                        "normal.float_Tensor",
                        "normal.Tensor_Tensor",
                        "exponential",
                        "bernoulli",
                        "randperm",
                        "multinomial")) {
            table.except(name, "libtorch's generator is a Mersenne twister on the CPU");
        }
        factory(table, "linspace", "start", "end", "steps", "dtype");
        factory(table, "logspace", "start", "end", "steps", "base", "dtype");
        factory(table, "eye", "n", "dtype");
        factory(table, "eye.m", "n", "m", "dtype");
        factory(table, "tril_indices", "row", "col", "offset", "dtype");
        factory(table, "triu_indices", "row", "col", "offset", "dtype");
        factory(table, "new_zeros", "self", "size", LibtorchTable.NONE);
        factory(table, "new_ones", "self", "size", LibtorchTable.NONE);
        factory(table, "new_full", "self", "size", "fill_value", LibtorchTable.NONE);
    }

    /** With layout, device and pinned memory behind the dtype. */
    private static void factory(LibtorchTable table, String name, Object... arguments) {
        List<@Nullable Object> all = new ArrayList<>(java.util.Arrays.asList(arguments));
        for (int i = 0; i < 3; i++) {
            all.add(LibtorchTable.NONE);
        }
        table.same(name, name, all.toArray());
    }

    private static List<Tensor> indexed(String name, Sample sample) {
        Map<String, @Nullable Object> arguments = sample.arguments();
        List<@Nullable Object> values = new ArrayList<>(arguments.values());
        List<?> indices = (List<?>) java.util.Objects.requireNonNull(arguments.get("indices"));
        values.set(1, new LibtorchValues.OptionalTensors(indices));
        return LibtorchCall.call(name, values.toArray());
    }
}
