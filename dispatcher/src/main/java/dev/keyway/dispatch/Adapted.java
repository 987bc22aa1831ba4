// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DType;
import dev.keyway.spi.Layout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The inputs of one kernel, converted, expanded and made contiguous; closes the copies. */
final class Adapted implements AutoCloseable {
    private final KeywayRuntime runtime;
    private final ThreadState state;
    private final Layout layout;
    private final long @Nullable [] expandTo;
    private List<TensorImpl> copies = List.of();

    Adapted(KeywayRuntime runtime, ThreadState state, Layout layout, long @Nullable [] expandTo) {
        this.runtime = runtime;
        this.state = state;
        this.layout = layout;
        this.expandTo = expandTo;
    }

    /** The input as the kernel takes it; {@code dtype} is null for inputs that keep theirs. */
    @Nullable TensorImpl adapt(@Nullable TensorImpl input, @Nullable DType dtype) {
        if (input == null) {
            return null;
        }
        TensorImpl result = input;
        if (dtype != null) {
            result = keep(runtime.adaptation.convert(state, result, dtype), result);
        }
        if (expandTo != null) {
            result = Shapes.expand(result, expandTo);
        }
        if (layout == Layout.CONTIGUOUS) {
            result = keep(runtime.adaptation.contiguous(state, result), result);
        }
        return result;
    }

    private TensorImpl keep(TensorImpl made, TensorImpl from) {
        if (made != from) {
            if (copies.isEmpty()) {
                copies = new ArrayList<>(3);
            }
            copies.add(made);
        }
        return made;
    }

    @Override
    public void close() {
        for (int i = 0; i < copies.size(); i++) {
            copies.get(i).close();
        }
    }
}
