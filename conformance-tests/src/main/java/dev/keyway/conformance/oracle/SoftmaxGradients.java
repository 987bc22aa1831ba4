// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

/**
 * The gradients of softmax, {@code y (g - sum g y)}, and of its logarithm, {@code g - exp(y) sum
 * g}, from gradient g and result y. Sums of n terms round n times, the rest a few times.
 */
final class SoftmaxGradients {
    private SoftmaxGradients() {}

    static Expected backward(Arguments arguments, boolean logarithm) {
        HostArray grad = arguments.array("grad_output");
        HostArray output = arguments.array("output");
        int dim = Shapes.dimension(arguments.integer("dim"), grad.rank());
        Groups groups = Groups.along(grad.shape(), dim, true);
        double[] values = new double[grad.numel()];
        double[] bounds = new double[grad.numel()];
        for (int g = 0; g < groups.count(); g++) {
            row(grad, output, groups.members(g), logarithm, values, bounds);
        }
        return Expected.within(grad.type(), grad.shape(), i -> values[i], i -> bounds[i]);
    }

    private static void row(
            HostArray grad,
            HostArray output,
            int[] members,
            boolean logarithm,
            double[] values,
            double[] bounds) {
        ElementType wide = grad.type().computeType();
        double u = wide.unitRoundoff();
        Accumulator sum = new Accumulator();
        for (int i : members) {
            sum.addProduct(grad.real(i), logarithm ? 1 : output.real(i));
        }
        double sumError = (members.length + 2) * u * sum.magnitude();
        for (int i : members) {
            double y = output.real(i);
            double factor = logarithm ? StrictMath.exp(y) : y;
            double first = logarithm ? grad.real(i) : y * grad.real(i);
            values[i] = first - factor * sum.value();
            double terms = Math.abs(first) + Math.abs(factor * sum.value());
            double exp = logarithm ? (8 + Math.abs(y)) * u * Math.abs(factor * sum.value()) : 0;
            double error =
                    Math.abs(factor) * sumError + exp + 8 * u * terms + wide.smallestNormal();
            bounds[i] = Rounding.bound(grad.type(), values[i], error);
        }
    }
}
