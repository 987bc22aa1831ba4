// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.optim;

import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import java.util.Map;

/**
 * Adam (Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015, algorithm 1), with
 * PyTorch's defaults. The weight decay is added to the gradient; {@link AdamW} has the other kind.
 */
public class Adam extends Optimizer {
    private final double beta1;
    private final double beta2;
    private final double eps;
    private final double weightDecay;

    /**
     * For these parameters by name, with betas 0.9 and 0.999, eps 1e-8 and no weight decay.
     *
     * @param parameters by name; not owned
     * @param lr the learning rate
     */
    public Adam(Map<String, Tensor> parameters, double lr) {
        this(parameters, lr, 0.9, 0.999, 1e-8, 0);
    }

    /**
     * With the decay rates of both moments, what is added to the root, and a weight decay.
     *
     * @param parameters by name; not owned
     * @param lr the learning rate
     * @param beta1 decay rate of the mean of gradients, from 0 to 1
     * @param beta2 decay rate of the mean of squares, from 0 to 1
     * @param eps added to the root
     * @param weightDecay share of the parameters that is taken away, at least 0
     */
    public Adam(
            Map<String, Tensor> parameters,
            double lr,
            double beta1,
            double beta2,
            double eps,
            double weightDecay) {
        super(parameters, lr);
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.eps = eps;
        this.weightDecay = weightDecay;
    }

    private Tensor remembered(String name, Tensor like) {
        return state().computeIfAbsent(name, n -> Ops.zerosLike(like));
    }

    /** The number of steps so far, this one included; kept with the state, as f64. */
    private double step(String name, Tensor parameter) {
        Tensor count =
                state().computeIfAbsent(
                                name + ".step",
                                n -> Ops.zeros(parameter.device(), DType.F64, new long[0]));
        double step = count.item() + 1;
        count.fill_(step);
        return step;
    }

    @Override
    protected void update(String name, Tensor parameter, Tensor grad) {
        Tensor first = remembered(name + ".exp_avg", grad);
        Tensor second = remembered(name + ".exp_avg_sq", grad);
        double step = step(name, parameter);
        try (Tensor g = grad.add(parameter, Scalar.of(weightDecay));
                Tensor square = g.square()) {
            first.mul_(beta1);
            first.add_(g, Scalar.of(1 - beta1));
            second.mul_(beta2);
            second.add_(square, Scalar.of(1 - beta2));
        }
        double correction = Math.sqrt(1 - StrictMath.pow(beta2, step));
        try (Tensor root = second.sqrt();
                Tensor scaled = root.div(correction);
                Tensor shifted = scaled.add(eps);
                Tensor change = first.div(shifted)) {
            parameter.add_(change, Scalar.of(-lr() / (1 - StrictMath.pow(beta1, step))));
        }
    }
}
