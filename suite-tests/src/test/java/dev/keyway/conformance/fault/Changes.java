// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

import dev.keyway.Attributes;
import dev.keyway.Tensor;
import dev.keyway.conformance.fault.FaultyRegistry.Change;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.DeviceStream;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.Workers;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/** Ways to change a kernel. What is written over the right results is computed from the inputs. */
final class Changes {
    private Changes() {}

    /** Another function of one floating argument. */
    static Change unary(DoubleUnaryOperator f) {
        return (call, right, out, in) -> {
            double[] x = new Elements(in.get(0)).doubles();
            right.run(call, out, in);
            Elements to = new Elements(out[0]);
            for (int i = 0; i < x.length; i++) {
                to.setDouble(i, f.applyAsDouble(x[i]));
            }
        };
    }

    /** Another function of two floating arguments. */
    static Change binary(DoubleBinaryOperator f) {
        return (call, right, out, in) -> {
            double[] a = new Elements(in.get(0)).doubles();
            double[] b = new Elements(in.get(1)).doubles();
            right.run(call, out, in);
            Elements to = new Elements(out[0]);
            for (int i = 0; i < a.length; i++) {
                to.setDouble(i, f.applyAsDouble(a[i], b[i]));
            }
        };
    }

    /** Another function of two integers. */
    static Change integers(LongBinaryOperator f) {
        return (call, right, out, in) -> {
            long[] a = new Elements(in.get(0)).longs();
            long[] b = new Elements(in.get(1)).longs();
            right.run(call, out, in);
            Elements to = new Elements(out[0]);
            for (int i = 0; i < a.length; i++) {
                to.setLong(i, f.applyAsLong(a[i], b[i]));
            }
        };
    }

    /** The first two inputs change places. */
    static Change swapped() {
        return (call, right, out, in) -> right.run(call, out, in.swapped());
    }

    /** A conversion that computes something else; {@code f} gives what is stored. */
    static Change converted(ToLongFunction<Double> f) {
        return (call, right, out, in) -> {
            double[] x = new Elements(in.get(0)).doubles();
            right.run(call, out, in);
            Elements to = new Elements(out[0]);
            for (int i = 0; i < x.length; i++) {
                to.setLong(i, f.applyAsLong(x[i]));
            }
        };
    }

    /** Another reduction of dimension 1. */
    static Change reduced(ToDoubleFunction<double[]> f) {
        return (call, right, out, in) -> {
            Tensor self = in.get(0);
            double[] x = new Elements(self).doubles();
            right.run(call, out, in);
            Elements to = new Elements(out[0]);
            int n = (int) self.size(1);
            int inner = (int) self.size(2);
            for (int at = 0; at < out[0].numel(); at++) {
                int start = at / inner * n * inner + at % inner;
                double[] line = new double[n];
                Arrays.setAll(line, j -> x[start + j * inner]);
                to.setDouble(at, f.applyAsDouble(line));
            }
        };
    }

    /** Another scan of dimension 1. */
    static Change scanned(UnaryOperator<double[]> f) {
        return (call, right, out, in) -> {
            Tensor self = in.get(0);
            double[] x = new Elements(self).doubles();
            right.run(call, out, in);
            Elements to = new Elements(out[0]);
            int n = (int) self.size(1);
            int inner = (int) self.size(2);
            for (int line = 0; n > 0 && line < x.length / n; line++) {
                int start = line / inner * n * inner + line % inner;
                double[] values = new double[n];
                Arrays.setAll(values, j -> x[start + j * inner]);
                double[] results = f.apply(values);
                for (int j = 0; j < n; j++) {
                    to.setDouble(start + j * inner, results[j]);
                }
            }
        };
    }

    /** Other attributes. */
    static Change attributes(UnaryOperator<Attributes> f) {
        return (call, right, out, in) ->
                right.run(new Altered(call, f.apply(call.attributes())), out, in);
    }

    /** Runs after the right computation. */
    static Change after(java.util.function.Consumer<Tensor> work) {
        return (call, right, out, in) -> {
            right.run(call, out, in);
            work.accept(out[0]);
        };
    }

    /** A call with other attributes. */
    private static final class Altered extends KernelCall {
        private final KernelCall call;
        private final Attributes attributes;

        Altered(KernelCall call, Attributes attributes) {
            this.call = call;
            this.attributes = attributes;
        }

        @Override
        public String operatorName() {
            return call.operatorName();
        }

        @Override
        public Attributes attributes() {
            return attributes;
        }

        @Override
        public DeviceDriver driver() {
            return call.driver();
        }

        @Override
        public DeviceStream stream() {
            return call.stream();
        }

        @Override
        public Workers workers() {
            return call.workers();
        }

        @Override
        public long scratch(long bytes) {
            return call.scratch(bytes);
        }

        @Override
        public Tensor workspace(long bytes) {
            return call.workspace(bytes);
        }

        @Override
        public @Nullable Tensor derived(
                Tensor input, Object form, long bytes, Consumer<Tensor> fill) {
            return call.derived(input, form, bytes, fill);
        }
    }
}
