// SPDX-License-Identifier: Apache-2.0
package dev.keyway.operator;

/**
 * The gradient formula of an operator, written with operators, so that it runs on every device and
 * can be differentiated again.
 */
@FunctionalInterface
public interface Gradient {
    /**
     * Sets the gradient of each input that needs one.
     *
     * @param context what the call knows
     */
    void backward(GradientContext context);
}
