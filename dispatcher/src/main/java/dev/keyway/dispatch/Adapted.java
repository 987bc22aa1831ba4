// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DType;
import dev.keyway.spi.Layout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of one kernel, converted, expanded and made contiguous; closes the copies. Calls of a
 * thread take and give back its only one; a call within another's makes one.
 */
final class Adapted implements AutoCloseable {
    private final KeywayRuntime runtime;
    private final ThreadState state;
    private Layout layout = Layout.STRIDED;
    private long @Nullable [] expandTo;
    private final List<TensorImpl> copies = new ArrayList<>(3);

    Adapted(KeywayRuntime runtime, ThreadState state) {
        this.runtime = runtime;
        this.state = state;
    }

    /** A kernel begins; {@code newExpandTo} is null where inputs keep their sizes. */
    Adapted begin(Layout newLayout, long @Nullable [] newExpandTo) {
        layout = newLayout;
        expandTo = newExpandTo;
        return this;
    }

    /** The input as the kernel takes it; {@code dtype} is null for inputs that keep theirs. */
    @Nullable TensorImpl adapt(@Nullable TensorImpl input, @Nullable DType dtype) {
        return adapt(input, dtype, layout != Layout.STRIDED);
    }

    /** The first input, which may stay channels last. */
    @Nullable TensorImpl adaptFirst(
            @Nullable TensorImpl input, @Nullable DType dtype, boolean channelsLast) {
        return adapt(input, dtype, layout != Layout.STRIDED && !channelsLast);
    }

    private @Nullable TensorImpl adapt(
            @Nullable TensorImpl input, @Nullable DType dtype, boolean contiguous) {
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
        if (contiguous) {
            result = keep(runtime.adaptation.contiguous(state, result), result);
        }
        return result;
    }

    private TensorImpl keep(TensorImpl made, TensorImpl from) {
        if (made != from) {
            copies.add(made);
        }
        return made;
    }

    @Override
    public void close() {
        for (int i = 0; i < copies.size(); i++) {
            copies.get(i).close();
        }
        copies.clear();
        expandTo = null;
        state.giveBack(this);
    }
}
