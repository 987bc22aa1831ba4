// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.optim;

import dev.keyway.Tensor;
import java.util.Map;

/**
 * {@link Adam} whose weight decay acts on the parameter itself, not on the gradient (Loshchilov and
 * Hutter, "Decoupled Weight Decay Regularization", 2019), with PyTorch's defaults.
 */
public final class AdamW extends Adam {
    private final double weightDecay;

    /**
     * For these parameters by name, with betas 0.9 and 0.999, eps 1e-8 and weight decay 0.01.
     *
     * @param parameters by name; not owned
     * @param lr the learning rate
     */
    public AdamW(Map<String, Tensor> parameters, double lr) {
        this(parameters, lr, 0.9, 0.999, 1e-8, 0.01);
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
    public AdamW(
            Map<String, Tensor> parameters,
            double lr,
            double beta1,
            double beta2,
            double eps,
            double weightDecay) {
        super(parameters, lr, beta1, beta2, eps, 0);
        this.weightDecay = weightDecay;
    }

    @Override
    protected void update(String name, Tensor parameter, Tensor grad) {
        parameter.mul_(1 - lr() * weightDecay);
        super.update(name, parameter, grad);
    }
}
