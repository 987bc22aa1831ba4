// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.optim;

import dev.keyway.Scalar;
import dev.keyway.Tensor;
import java.util.Map;

/**
 * Stochastic gradient descent with momentum and weight decay, as PyTorch computes it: {@code g +=
 * decay * p; v = momentum * v + g; p -= lr * v}.
 */
public final class SGD extends Optimizer {
    private final double momentum;
    private final double weightDecay;

    /** For these parameters by name. */
    public SGD(Map<String, Tensor> parameters, double lr, double momentum, double weightDecay) {
        super(parameters, lr);
        this.momentum = momentum;
        this.weightDecay = weightDecay;
    }

    @Override
    protected void update(String name, Tensor parameter, Tensor grad) {
        if (weightDecay == 0) {
            follow(name, parameter, grad);
            return;
        }
        try (Tensor decayed = grad.add(parameter, Scalar.of(weightDecay))) {
            follow(name, parameter, decayed);
        }
    }

    private void follow(String name, Tensor parameter, Tensor direction) {
        if (momentum == 0) {
            parameter.add_(direction, Scalar.of(-lr()));
            return;
        }
        Tensor velocity = state().get(name);
        if (velocity == null) {
            velocity = direction.clone();
            state().put(name, velocity);
        } else {
            velocity.mul_(momentum);
            velocity.add_(direction);
        }
        parameter.add_(velocity, Scalar.of(-lr()));
    }
}
