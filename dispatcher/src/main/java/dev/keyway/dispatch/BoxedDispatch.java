// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.ArgumentException;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.KeywayException;
import dev.keyway.Tensor;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.Layout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Boxed calls of backends' kernels for one operator, and what boxed and unboxed calls share about
 * devices.
 */
final class BoxedDispatch {
    private final KeywayRuntime runtime;
    private final OperatorImpl operator;

    BoxedDispatch(KeywayRuntime runtime, OperatorImpl operator) {
        this.runtime = runtime;
        this.operator = operator;
    }

    Tensor[] run(
            ThreadState state,
            Slot slot,
            Attributes attributes,
            DeviceImpl device,
            @Nullable Tensor[] inputs) {
        Outputs outputs = state.takeOutputs(runtime);
        outputs.begin(state);
        boolean mutates = state.meta.mutates;
        long[] expanded = state.meta.broadcast ? state.meta.outputSizes(0) : null;
        DType compute = outputs.compute();
        boolean fits = expanded == null;
        for (int i = 0; fits && i < inputs.length; i++) {
            fits = fits((TensorImpl) inputs[i], i, compute, slot.layout());
        }
        try (Adapted adapted =
                fits ? null : state.takeAdapted(runtime).begin(slot.layout(), expanded)) {
            @Nullable TensorImpl[] ready = state.lists.take(inputs.length);
            for (int i = 0; i < inputs.length; i++) {
                TensorImpl input = (TensorImpl) inputs[i];
                ready[i] = adapted == null ? input : adapt(adapted, i, compute, input);
            }
            outputs.allocate(state, slot, device, attributes, ready);
            try {
                invoke(state, slot, attributes, device, outputs, ready);
            } finally {
                if (mutates) {
                    bumpMutated(inputs);
                }
            }
            if (device.isSynchronous()) {
                state.lists.give(ready);
            }
            return outputs.finish(state);
        } catch (RuntimeException | Error e) {
            outputs.discard();
            throw e;
        } finally {
            outputs.release();
            state.giveBack(outputs);
        }
    }

    private boolean keeps(int index) {
        return (operator.definition().keepInputs() & (1 << index)) != 0;
    }

    /** Whether the kernel can take the input as it is. */
    private boolean fits(@Nullable TensorImpl input, int index, DType compute, Layout layout) {
        return input == null
                || (input.dtype == compute || keeps(index))
                        && (input.contiguous || layout == Layout.STRIDED);
    }

    /** Tensors that the kernel writes to, as running statistics, must be usable as they are. */
    private @Nullable TensorImpl adapt(
            Adapted adapted, int index, DType compute, @Nullable TensorImpl input) {
        TensorImpl ready = adapted.adapt(input, keeps(index) ? null : compute);
        if (ready != input && operator.isMutated(index)) {
            throw new ArgumentException(
                    operator
                            + ": argument '"
                            + operator.schema().tensorArguments().get(index).name()
                            + "' is changed in place and must be contiguous "
                            + compute
                            + (input == null ? "" : ", got " + Shapes.describe(input)));
        }
        return ready;
    }

    private void bumpMutated(@Nullable Tensor[] inputs) {
        for (int i = 0; i < inputs.length; i++) {
            if (inputs[i] != null && operator.isMutated(i)) {
                ((TensorImpl) inputs[i]).bumpVersion();
            }
        }
    }

    private void invoke(
            ThreadState state,
            Slot slot,
            Attributes attributes,
            DeviceImpl device,
            Outputs outputs,
            @Nullable TensorImpl[] ready) {
        Kernel kernel = Objects.requireNonNull(slot.kernel());
        state.settle();
        StreamImpl stream = state.streamOf(device);
        for (TensorImpl input : ready) {
            PrimitiveRunner.use(state, stream, input);
        }
        TensorImpl[] results = outputs.forKernel();
        try {
            if (kernel instanceof KernelN several) {
                several.run(state.call.prepare(attributes, stream), results, ready);
            } else {
                PrimitiveRunner.invoke(
                        state,
                        kernel,
                        attributes,
                        results[0],
                        ready.length > 0 ? ready[0] : null,
                        ready.length > 1 ? ready[1] : null,
                        ready.length > 2 ? ready[2] : null);
            }
        } catch (KeywayException | ArithmeticException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw device.backend().kernels().failed(kernel, operator.toString(), device, e);
        } finally {
            state.call.giveBack();
        }
    }

    /** The device on which all tensors with dimensions are. */
    static DeviceImpl device(OperatorImpl operator, @Nullable Tensor[] inputs) {
        DeviceImpl number = null;
        for (Tensor input : inputs) {
            if (input == null) {
                continue;
            }
            DeviceImpl device = ((TensorImpl) input).deviceImpl();
            if (input.dim() > 0 || !device.isHost()) {
                return device;
            }
            number = number == null ? device : number;
        }
        if (number == null) {
            boolean list =
                    operator.schema().tensorArguments().stream()
                            .anyMatch(a -> a.type().isTensorList());
            throw new ArgumentException(
                    operator + (list ? ": the list of tensors is empty" : ": no tensor was given"));
        }
        return number;
    }

    /** A host tensor without dimensions as a number on the device; anything else is an error. */
    static TensorImpl move(OperatorImpl operator, TensorImpl tensor, DeviceImpl device) {
        if (tensor.runtime() != device.runtime()) {
            throw new ArgumentException(
                    operator
                            + ": tensors of two Keyway runtimes can't be mixed; copy the data over");
        }
        if (tensor.sizes.length > 0 || !tensor.deviceImpl().isHost()) {
            throw new ArgumentException(
                    operator
                            + ": expected all tensors on one device, found "
                            + device.name()
                            + " and "
                            + tensor.deviceImpl().name()
                            + " ("
                            + Shapes.describe(tensor)
                            + "); move one with to(device)");
        }
        return device.scalars().get(HostCopies.scalar(tensor), tensor.dtype);
    }
}
