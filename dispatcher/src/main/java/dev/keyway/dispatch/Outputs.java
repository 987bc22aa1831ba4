// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.spi.PlannedKernel;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The results of one boxed kernel call: fixed ones as the meta function said, bounded ones with the
 * number that the kernel writes, auxiliary ones as the kernel's plan says. Calls of a thread take
 * and give back its only one; a call within another's makes one.
 */
final class Outputs {
    private static final long[] NOTHING = {};
    private static final TensorImpl[] NONE = {};

    private final KeywayRuntime runtime;
    private DType compute = DType.F32;
    private DType[] dtypes = {};
    private long[][] sizes = {};
    private long bounded;
    private long auxiliary;

    /** The caller gets them, so each call has its own. */
    private TensorImpl[] results = NONE;

    private int made;
    private @Nullable TensorImpl count;

    Outputs(KeywayRuntime runtime) {
        this.runtime = runtime;
    }

    /** Takes over what the meta function said, as nested calls use the thread's meta again. */
    void begin(ThreadState state) {
        MetaContextImpl meta = state.meta;
        int outputs = meta.outputs;
        if (dtypes.length < outputs) {
            dtypes = new DType[outputs];
            sizes = new long[outputs][];
        }
        for (int i = 0; i < outputs; i++) {
            dtypes[i] = meta.outputDType(i);
            sizes[i] = meta.outputSizes(i);
        }
        compute = Objects.requireNonNull(meta.compute);
        bounded = meta.bounded;
        auxiliary = meta.auxiliary;
        results = state.lists.take(outputs);
        made = 0;
    }

    DType compute() {
        return compute;
    }

    void allocate(
            ThreadState state,
            Slot slot,
            DeviceImpl device,
            Attributes attributes,
            @Nullable TensorImpl[] inputs) {
        long[] plan =
                slot.kernel() instanceof PlannedKernel planned
                        ? planned.plan(
                                state.call.prepare(attributes, state.streamOf(device)), inputs)
                        : NOTHING;
        int next = 0;
        for (int i = 0; i < results.length; i++) {
            if (isIn(auxiliary, i)) {
                sizes[i] = new long[] {next < plan.length ? plan[next++] : 0};
            }
            DType wide = DenseDispatch.kernelDType(compute, dtypes[i]);
            results[i] = runtime.allocate(device, wide, sizes[i]);
            made++;
        }
        if (bounded != 0) {
            count = runtime.allocate(device, DType.I64, new long[] {1});
        }
    }

    private static boolean isIn(long mask, int index) {
        return (mask >>> index & 1) == 1;
    }

    /** The results, and behind them the place for the number of rows. */
    TensorImpl[] forKernel() {
        if (count == null) {
            return results;
        }
        TensorImpl[] all = Arrays.copyOf(results, results.length + 1);
        all[results.length] = count;
        return all;
    }

    /** Narrows half-precision and small-integer results, and cuts bounded ones. */
    Tensor[] finish(ThreadState state) {
        long rows = count == null ? 0 : Bounded.read(count);
        for (int i = 0; i < results.length; i++) {
            if (isIn(bounded, i)) {
                results[i] = Bounded.cut(runtime, state, results[i], rows);
            }
            TensorImpl wide = results[i];
            results[i] = runtime.adaptation.convert(state, wide, dtypes[i]);
            if (results[i] != wide) {
                wide.close();
            }
        }
        return results;
    }

    /** Closes the results of a failed call. */
    void discard() {
        for (int i = 0; i < made; i++) {
            results[i].close();
        }
    }

    /** Closes what served the call alone and lets go of the rest. */
    void release() {
        if (count != null) {
            count.close();
            count = null;
        }
        results = NONE;
    }
}
