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
        table.special("index.Tensor", sample -> indexed("index.Tensor", sample));
        table.special("index_put", sample -> indexed("index_put", sample));
    }

    private static List<Tensor> indexed(String name, Sample sample) {
        Map<String, @Nullable Object> arguments = sample.arguments();
        List<@Nullable Object> values = new ArrayList<>(arguments.values());
        List<?> indices = (List<?>) java.util.Objects.requireNonNull(arguments.get("indices"));
        values.set(1, new LibtorchValues.OptionalTensors(indices));
        return LibtorchCall.call(name, values.toArray());
    }
}
