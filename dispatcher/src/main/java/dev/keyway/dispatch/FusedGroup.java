// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DType;
import dev.keyway.KeywayException;
import dev.keyway.dispatch.KernelLayer.Entry;
import dev.keyway.spi.FusedKernels;
import dev.keyway.spi.PointwiseProgram;
import dev.keyway.spi.PointwiseStep;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pointwise operators of one shape that were put off and are computed together, once. Inputs are
 * held until then; a result is written when its storage is still in use by then.
 */
final class FusedGroup {
    final DeviceImpl device;
    final StreamImpl stream;
    final KernelLayer layer;
    final long[] sizes;
    private final ThreadState state;
    private final FusedKernels kernels;
    private final List<PointwiseStep> steps = new ArrayList<>();
    private final List<Input> inputs = new ArrayList<>();
    private final List<PutOff> values = new ArrayList<>();
    private final List<OperatorImpl> operators = new ArrayList<>();
    private boolean done;
    private @Nullable Throwable failure;

    /** A tensor that is read, with the version that it has to have. */
    private record Input(TensorImpl tensor, long version, int step) {}

    FusedGroup(
            ThreadState state,
            DeviceImpl device,
            StreamImpl stream,
            KernelLayer layer,
            FusedKernels kernels,
            long[] sizes) {
        this.state = state;
        this.device = device;
        this.stream = stream;
        this.layer = layer;
        this.kernels = kernels;
        this.sizes = sizes;
    }

    Thread thread() {
        return state.thread;
    }

    int size() {
        return steps.size();
    }

    /** Whether it has computed. */
    boolean isDone() {
        return done;
    }

    /** Adds a step; -1 when the plugin's kernels don't take it. */
    int add(PointwiseStep step) {
        if (!kernels.takes(step)) {
            return -1;
        }
        steps.add(step);
        return steps.size() - 1;
    }

    /** The value of a tensor, loaded where it is not one of this group; -1 when not taken. */
    int value(TensorImpl tensor) {
        PutOff putOff = tensor.storage.putOff();
        if (putOff != null && putOff.group == this) {
            return putOff.value;
        }
        if (putOff != null) {
            putOff.compute(); // of another thread, or failed: says so
        }
        for (Input input : inputs) {
            if (OutChecks.areSame(input.tensor, tensor)) {
                return input.step;
            }
        }
        int step = add(new PointwiseStep.Load(inputs.size(), tensor.dtype));
        if (step >= 0) {
            tensor.storage.retain();
            inputs.add(new Input(tensor, tensor.version(), step));
        }
        return step;
    }

    /** Whether it reads the storage as it is now. */
    boolean reads(StorageImpl storage) {
        return inputs.stream().anyMatch(input -> input.tensor.storage == storage);
    }

    /** The value in the dtype; -1 when the conversion is not taken. */
    int cast(int value, DType to) {
        DType from = steps.get(value).result();
        if (from == to) {
            return value;
        }
        PointwiseStep cast = new PointwiseStep.Cast(from, to, value);
        int present = steps.indexOf(cast);
        if (present >= 0) {
            return present;
        }
        Entry entry = device.backend().kernels().copy(from, to);
        return entry != null && entry.layer() == layer ? add(cast) : -1;
    }

    /** Takes back the steps from the mark on. */
    void truncate(int mark) {
        while (!inputs.isEmpty() && inputs.getLast().step >= mark) {
            inputs.removeLast().tensor.storage.release();
        }
        steps.subList(mark, steps.size()).clear();
    }

    /** The result's storage gets its contents later. */
    void put(OperatorImpl operator, TensorImpl result, int value) {
        operators.add(operator);
        PutOff before = result.storage.putOff();
        if (before != null) {
            before.value = value;
            return;
        }
        PutOff putOff = new PutOff(this, result, value);
        values.add(putOff);
        result.storage.putOff(putOff);
    }

    /** Computes what is still in use; the second time it only says that the first one failed. */
    void compute() {
        if (failure != null) {
            throw new KeywayException(
                    "a tensor made inside fuse was not computed: " + failure.getMessage(), failure);
        }
        if (done) {
            return;
        }
        done = true;
        List<TensorImpl> results = new ArrayList<>(values.size());
        state.enter();
        try {
            List<Integer> outputs = new ArrayList<>(values.size());
            for (PutOff putOff : values) {
                StorageImpl storage = putOff.tensor.storage;
                if (storage.tryRetain()) {
                    results.add(putOff.tensor.own());
                    if (!storage.hasMemory()) {
                        long bytes = storage.nbytes();
                        storage.takeMemory(KeywayRuntime.storage(device, stream, bytes));
                    }
                    storage.arrive();
                    outputs.add(putOff.value);
                }
            }
            if (!results.isEmpty()) {
                run(new PointwiseProgram(steps, outputs), results);
            }
        } catch (RuntimeException | Error e) {
            failure = e;
            values.forEach(PutOff::fail);
            throw e;
        } finally {
            state.exit();
            results.forEach(TensorImpl::close);
            inputs.forEach(input -> input.tensor.storage.release());
        }
    }

    private void run(PointwiseProgram program, List<TensorImpl> results) {
        device.checkOpen();
        TensorImpl[] read = new TensorImpl[inputs.size()];
        for (int i = 0; i < read.length; i++) {
            Input input = inputs.get(i);
            read[i] = Shapes.expand(input.tensor, sizes);
            if (input.tensor.version() != input.version) {
                throw new KeywayException(
                        "fuse: tensor "
                                + Shapes.describe(input.tensor)
                                + " was changed past the operators, before what reads it was"
                                + " computed; change it outside of fuse");
            }
        }
        device.runtime().observers().fused(List.copyOf(operators), device);
        TensorImpl[] written = results.toArray(new TensorImpl[0]);
        PrimitiveRunner.fused(state, stream, layer.fused(program), written, read);
    }
}
