// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Compares recorded gradients with central differences, in f64. */
public final class Gradcheck {
    private final double eps;
    private final double atol;
    private final double rtol;

    /** With PyTorch's defaults: step 1e-6, tolerances 1e-5 and 1e-3. */
    public Gradcheck() {
        this(1e-6, 1e-5, 1e-3);
    }

    /**
     * With a step and the absolute and relative tolerance.
     *
     * @param eps the step
     * @param atol the absolute tolerance
     * @param rtol the relative tolerance
     */
    public Gradcheck(double eps, double atol, double rtol) {
        this.eps = eps;
        this.atol = atol;
        this.rtol = rtol;
    }

    /**
     * Checks {@code d sum(w * f(x)) / dx} for fixed weights w.
     *
     * @param function of all inputs; the result may have any shape
     * @param inputs f64 leaves that require gradients; their values are kept
     * @throws AssertionError naming input, element and both values where they differ
     */
    public void check(Function<List<Tensor>, Tensor> function, List<Tensor> inputs) {
        for (Tensor input : inputs) {
            if (input.dtype() != DType.F64) {
                throw new ArgumentException("gradcheck: inputs must be f64, got " + input.dtype());
            }
        }
        List<double[]> analytical = analytical(function, inputs);
        for (int k = 0; k < inputs.size(); k++) {
            double[] values = inputs.get(k).toDoubleArray();
            for (int i = 0; i < values.length; i++) {
                double high = at(function, inputs, k, i, values[i] + eps);
                double low = at(function, inputs, k, i, values[i] - eps);
                double numerical = (high - low) / (2 * eps);
                compare(k, i, numerical, analytical.get(k)[i]);
            }
        }
    }

    private void compare(int input, int element, double numerical, double analytical) {
        double allowed = atol + rtol * Math.abs(numerical);
        if (!(Math.abs(numerical - analytical) <= allowed)) {
            throw new AssertionError(
                    "gradcheck: input "
                            + input
                            + " element "
                            + element
                            + ": numerical "
                            + numerical
                            + ", analytical "
                            + analytical);
        }
    }

    private static List<double[]> analytical(
            Function<List<Tensor>, Tensor> function, List<Tensor> inputs) {
        try (Tensor result = function.apply(inputs);
                Tensor weights = weights(result)) {
            List<@Nullable Tensor> grads =
                    Autograd.grad(
                            List.of(result),
                            inputs,
                            Collections.singletonList(weights),
                            false,
                            false,
                            true);
            List<double[]> values = new ArrayList<>();
            for (int i = 0; i < inputs.size(); i++) {
                Tensor grad = grads.get(i);
                values.add(
                        grad == null
                                ? new double[(int) inputs.get(i).numel()]
                                : grad.toDoubleArray());
                Handles.close(grad);
            }
            return values;
        }
    }

    /** Fixed, unequal weights, so that no mistake cancels. */
    private static Tensor weights(Tensor result) {
        Device device = result.device();
        try (Tensor range = Ops.arange(device, result.dtype(), 0L, result.numel());
                Tensor scaled = range.mul(0.37);
                Tensor wave = scaled.sin();
                Tensor shifted = wave.add(1.5)) {
            return shifted.reshape(result.sizes());
        }
    }

    private static double at(
            Function<List<Tensor>, Tensor> function,
            List<Tensor> inputs,
            int k,
            int element,
            double value) {
        Tensor original = inputs.get(k);
        double[] values = original.toDoubleArray();
        values[element] = value;
        try (var scope = original.keyway().noGrad();
                Tensor changed =
                        original.keyway().tensor(original.device(), values, original.sizes())) {
            List<Tensor> all = new ArrayList<>(inputs);
            all.set(k, changed);
            try (Tensor result = function.apply(all);
                    Tensor weights = weights(result);
                    Tensor weighted = result.mul(weights);
                    Tensor sum = weighted.sum()) {
                return sum.item();
            }
        }
    }
}
