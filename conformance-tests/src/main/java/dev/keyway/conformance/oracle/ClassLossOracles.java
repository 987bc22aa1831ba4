// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Losses over classes, which are dimension 1, or 0 of a vector. The mean is by the weights of the
 * classes that are not ignored; for probabilities as targets, over the rows.
 */
@AutoService(OracleFamily.class)
public final class ClassLossOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public ClassLossOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("nll_loss", Oracle.single(a -> new Loss(a, false).compute()));
        table.add("cross_entropy", Oracle.single(a -> new Loss(a, true).compute()));
    }

    private static final class Loss {
        private final Arguments arguments;
        private final HostArray self;
        private final HostArray target;
        private final @Nullable HostArray weight;
        private final boolean entropy;
        private final int classes;
        private final int inner;
        private final int rows;
        private final long[] shape;
        private final double u;

        Loss(Arguments arguments, boolean entropy) {
            this.arguments = arguments;
            this.entropy = entropy;
            self = arguments.array("self");
            target = arguments.array("target");
            weight = arguments.optionalArray("weight");
            int dim = self.rank() == 1 ? 0 : 1;
            classes = self.size(dim);
            shape = new long[self.rank() - 1];
            int after = 1;
            for (int d = 0; d < shape.length; d++) {
                shape[d] = self.size(d < dim ? d : d + 1);
                after *= d >= dim ? self.size(d + 1) : 1;
            }
            inner = after;
            rows = Shapes.numel(shape);
            u = Rounded.unit(self.type());
        }

        private int at(int row, int c) {
            return row / inner * classes * inner + c * inner + row % inner;
        }

        /** The log probability of a class. */
        private Approx log(int row, int c) {
            Approx x = Approx.of(self.real(at(row, c)), u);
            if (!entropy) {
                return x;
            }
            double largest = Double.NEGATIVE_INFINITY;
            for (int k = 0; k < classes; k++) {
                largest = Math.max(largest, self.real(at(row, k)));
            }
            List<Approx> terms = new ArrayList<>();
            for (int k = 0; k < classes; k++) {
                terms.add(Approx.of(self.real(at(row, k)), u).minus(Approx.of(largest, u)).exp());
            }
            Approx shifted = x.minus(Approx.of(largest, u));
            return shifted.minus(Approx.sum(terms, u).log());
        }

        private double weight(int c) {
            return weight == null ? 1 : weight.real(c);
        }

        Expected compute() {
            if (entropy && Arrays.equals(self.shape(), target.shape())) {
                return soft();
            }
            double smoothing = entropy ? arguments.real("label_smoothing") : 0;
            List<Approx> losses = new ArrayList<>();
            List<Approx> weights = new ArrayList<>();
            for (int row = 0; row < rows; row++) {
                long c = target.integer(row);
                if (c == arguments.integer("ignore_index")) {
                    losses.add(Approx.of(0, u));
                    continue;
                }
                Approx own = Approx.of(weight((int) c), u);
                weights.add(own);
                Approx loss = log(row, (int) c).times(own).times(1 - smoothing);
                if (smoothing != 0) {
                    List<Approx> all = new ArrayList<>();
                    for (int k = 0; k < classes; k++) {
                        all.add(log(row, k).times(weight(k)));
                    }
                    loss = loss.plus(Approx.sum(all, u).times(smoothing / classes));
                }
                losses.add(loss.negated());
            }
            return reduced(losses, Approx.sum(weights, u));
        }

        private Expected soft() {
            double smoothing = arguments.real("label_smoothing");
            List<Approx> losses = new ArrayList<>();
            for (int row = 0; row < rows; row++) {
                List<Approx> terms = new ArrayList<>();
                for (int c = 0; c < classes; c++) {
                    Approx share =
                            Approx.of(target.real(at(row, c)), u)
                                    .times(1 - smoothing)
                                    .plus(smoothing / classes);
                    terms.add(log(row, c).times(share).times(weight(c)));
                }
                losses.add(Approx.sum(terms, u).negated());
            }
            return reduced(losses, Approx.of(rows, u));
        }

        private Expected reduced(List<Approx> losses, Approx total) {
            long reduction = arguments.integer("reduction");
            if (reduction != 1) {
                return Approx.reduced(self.type(), shape, losses, reduction);
            }
            Approx mean = Approx.sum(losses, u).over(total);
            return Approx.expected(self.type(), new long[0], List.of(mean));
        }
    }
}
