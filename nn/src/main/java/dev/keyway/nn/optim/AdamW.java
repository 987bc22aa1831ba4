// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.optim;

import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import java.util.Map;

/**
 * Adam (Kingma and Ba, 2015, algorithm 1); with {@code decoupled} the weight decay acts on the
 * parameter itself (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019), else on
 * the gradient.
 */
public final class AdamW extends Optimizer {
    private static final double BETA_1 = 0.9;
    private static final double BETA_2 = 0.999;
    private static final double EPS = 1e-8;

    private final double weightDecay;
    private final boolean decoupled;

    /** For these parameters by name, with PyTorch's betas and eps. */
    public AdamW(Map<String, Tensor> parameters, double lr, double weightDecay, boolean decoupled) {
        super(parameters, lr);
        this.weightDecay = weightDecay;
        this.decoupled = decoupled;
    }

    private Tensor remembered(String name, Tensor like) {
        return state().computeIfAbsent(name, n -> Ops.zerosLike(like));
    }

    @Override
    protected void update(String name, Tensor parameter, Tensor grad) {
        if (decoupled) {
            parameter.mul_(1 - lr() * weightDecay);
        }
        Tensor first = remembered(name + ".exp_avg", grad);
        Tensor second = remembered(name + ".exp_avg_sq", grad);
        Tensor count =
                state().computeIfAbsent(
                                name + ".step",
                                n -> Ops.zeros(parameter.device(), DType.F64, new long[0]));
        double step = count.item() + 1;
        count.fill_(step);
        try (Tensor g = grad.add(parameter, Scalar.of(decoupled ? 0 : weightDecay));
                Tensor square = g.square()) {
            first.mul_(BETA_1);
            first.add_(g, Scalar.of(1 - BETA_1));
            second.mul_(BETA_2);
            second.add_(square, Scalar.of(1 - BETA_2));
        }
        double correction = Math.sqrt(1 - Math.pow(BETA_2, step));
        try (Tensor root = second.sqrt();
                Tensor scaled = root.div(correction);
                Tensor shifted = scaled.add(EPS);
                Tensor change = first.div(shifted)) {
            parameter.add_(change, Scalar.of(-lr() / (1 - Math.pow(BETA_1, step))));
        }
    }
}
