// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Attributes;
import dev.keyway.Tensor;
import dev.keyway.operator.Composite;
import org.jspecify.annotations.Nullable;

/** Calls of one operator's composite. */
final class CompositeRunner {
    private final KeywayRuntime runtime;
    private final OperatorImpl operator;

    CompositeRunner(KeywayRuntime runtime, OperatorImpl operator) {
        this.runtime = runtime;
        this.operator = operator;
    }

    /**
     * Runs the composite after its meta function. Kernels that it calls serve this operator, or the
     * composite around it.
     */
    Tensor[] run(
            ThreadState state,
            Composite composite,
            Attributes attributes,
            DeviceImpl device,
            @Nullable Tensor[] inputs) {
        CompositeContextImpl context = context(state);
        OperatorImpl around = state.meta.composite;
        if (around == null) {
            state.meta.composite = operator;
        }
        int mark = state.made.begin();
        try {
            context.begin(operator, attributes, device);
            Tensor[] results =
                    composite instanceof OneResult one
                            ? state.lists.of((TensorImpl) one.body().apply(context, inputs))
                            : composite.apply(context, inputs);
            state.made.end(mark);
            return results;
        } catch (Throwable e) {
            state.made.fail(mark, e);
            throw e;
        } finally {
            state.meta.composite = around;
            if (isOwn()) {
                state.giveBack(context);
            }
        }
    }

    /** Keyway's own composites do not keep their contexts, so calls of a thread share them. */
    private CompositeContextImpl context(ThreadState state) {
        return isOwn() ? state.takeContext(runtime) : new CompositeContextImpl(runtime, state);
    }

    private boolean isOwn() {
        return operator.plugin() == null;
    }
}
