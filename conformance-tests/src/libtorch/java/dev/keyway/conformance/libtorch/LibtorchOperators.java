// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.sample.Sample;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/**
 * How each operator of ours is called in libtorch. By default under the same name with the same
 * arguments; {@link LibtorchTable} names the others, with arguments by name and libtorch's further
 * ones as values.
 */
final class LibtorchOperators {
    private LibtorchOperators() {}

    /** Runs the sample; results as the oracle lists them. */
    static List<HostArray> run(Sample sample) {
        try (PointerScope scope = new PointerScope()) {
            return LibtorchCall.arrays(tensors(sample));
        }
    }

    /** As {@link #run}, as libtorch's tensors. */
    static List<Tensor> tensors(Sample sample) {
        LibtorchTable table = LibtorchTable.all();
        Map<String, @Nullable Object> arguments = sample.arguments();
        LibtorchTable.Special special = table.special(sample.operator());
        if (special != null) {
            return special.run(sample);
        }
        LibtorchTable.Call call = table.call(key(sample));
        if (call == null) {
            @Nullable Object[] values = arguments.values().toArray();
            return LibtorchCall.call(sample.operator(), values);
        }
        @Nullable Object[] values = call.arguments().clone();
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            values[i] =
                    value instanceof String name
                            ? arguments.get(name)
                            : value == LibtorchTable.NONE ? null : value;
        }
        return LibtorchCall.call(call.name(), values);
    }

    /** Operators whose overload in libtorch depends on an absent argument. */
    private static String key(Sample sample) {
        String name = sample.operator();
        boolean absent =
                (name.equals("squeeze") && sample.arguments().get("dim") == null)
                        || ((name.equals("any") || name.equals("all") || name.equals("var"))
                                && sample.arguments().get("dim") instanceof long[] dims
                                && dims.length == 0);
        return absent ? name + "()" : name;
    }
}
