// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * Batch normalization over dimension 1: {@code (x - mean) invstd weight + bias}. After the results
 * come the new running statistics, where given and training. With n values a channel, mean and
 * variance are wrong by about n u relative to the magnitudes that went in; each result scales these
 * by its factors.
 */
@AutoService(OracleFamily.class)
public final class NormalizationOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public NormalizationOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("native_batch_norm", arguments -> forward(arguments, true));
        table.add("batch_norm", arguments -> forward(arguments, false));
        table.add("native_batch_norm_backward", NormalizationOracles::backward);
    }

    /** Mean, 1 / sqrt(variance + eps), variance and magnitudes of one channel. */
    private record Channel(
            double mean, double invstd, double variance, double magnitude, int count) {

        static Channel measure(HostArray input, int channel, double eps) {
            Accumulator sum = new Accumulator();
            double magnitude = 0;
            for (int i = 0; i < input.numel(); i++) {
                if (channelOf(input, i) == channel) {
                    sum.add(input.real(i));
                    magnitude = Math.max(magnitude, Math.abs(input.real(i)));
                }
            }
            double mean = sum.value() / sum.count();
            Accumulator squares = new Accumulator();
            for (int i = 0; i < input.numel(); i++) {
                if (channelOf(input, i) == channel) {
                    double distance = input.real(i) - mean;
                    squares.addProduct(distance, distance);
                }
            }
            double variance = squares.value() / sum.count();
            double invstd = 1 / Math.sqrt(variance + eps);
            return new Channel(mean, invstd, variance, magnitude, sum.count());
        }

        /** How far the mean may be off. */
        double meanError(ElementType type) {
            return (count + 4) * Rounded.unit(type) * magnitude;
        }

        /** How far the variance may be off. */
        double varianceError(ElementType type) {
            double moved = meanError(type);
            return (count + 8) * 2 * Rounded.unit(type) * variance
                    + 2 * moved * Math.sqrt(variance)
                    + moved * moved;
        }

        /** How far invstd may be off, as a part of itself. */
        double invstdError(ElementType type) {
            return 0.5 * varianceError(type) * invstd * invstd + 8 * Rounded.unit(type);
        }
    }

    private static int channelOf(HostArray input, int i) {
        return (int) Shapes.coordinates(i, input.shape())[1];
    }

    private static double parameter(@Nullable HostArray values, int channel, double absent) {
        return values == null ? absent : values.real(channel);
    }

    private static List<Expected> forward(Arguments arguments, boolean statistics) {
        HostArray input = arguments.array("input");
        boolean training = arguments.flag("training");
        Channel[] channels = channels(arguments, input, training);
        List<Expected> results = new ArrayList<>();
        results.add(normalized(arguments, input, channels));
        if (statistics && training) {
            ElementType type = input.type().computeType();
            long[] shape = {channels.length};
            results.add(
                    Rounded.within(
                            type,
                            shape,
                            c -> channels[c].mean(),
                            c -> channels[c].meanError(type)));
            results.add(
                    Rounded.within(
                            type,
                            shape,
                            c -> channels[c].invstd(),
                            c -> channels[c].invstd() * channels[c].invstdError(type)));
        }
        if (training && arguments.optionalArray("running_mean") != null) {
            results.addAll(running(arguments, channels));
        }
        return results;
    }

    private static Channel[] channels(Arguments arguments, HostArray input, boolean training) {
        Channel[] channels = new Channel[input.size(1)];
        double eps = arguments.real("eps");
        for (int c = 0; c < channels.length; c++) {
            channels[c] =
                    training
                            ? Channel.measure(input, c, eps)
                            : new Channel(
                                    arguments.array("running_mean").real(c),
                                    1 / Math.sqrt(arguments.array("running_var").real(c) + eps),
                                    0,
                                    0,
                                    0);
        }
        return channels;
    }

    private static Expected normalized(Arguments arguments, HostArray input, Channel[] channels) {
        HostArray weight = arguments.optionalArray("weight");
        HostArray bias = arguments.optionalArray("bias");
        ElementType type = input.type();
        double u = Rounded.unit(type);
        return Rounded.within(
                type,
                input.shape(),
                i -> {
                    int c = channelOf(input, i);
                    double scaled = (input.real(i) - channels[c].mean()) * channels[c].invstd();
                    return scaled * parameter(weight, c, 1) + parameter(bias, c, 0);
                },
                i -> {
                    int c = channelOf(input, i);
                    Channel channel = channels[c];
                    double factor = channel.invstd() * Math.abs(parameter(weight, c, 1));
                    double terms = Math.abs(input.real(i)) + Math.abs(channel.mean());
                    double distance = Math.abs(input.real(i) - channel.mean());
                    return factor * (channel.meanError(type) + 8 * u * terms)
                            + factor * distance * channel.invstdError(type)
                            + 8 * u * Math.abs(parameter(bias, c, 0));
                });
    }

    /** {@code (1 - momentum) old + momentum new}; the variance unbiased. */
    private static List<Expected> running(Arguments arguments, Channel[] channels) {
        HostArray mean = arguments.array("running_mean");
        HostArray variance = arguments.array("running_var");
        double momentum = arguments.real("momentum");
        ElementType type = mean.type();
        double u = Rounded.unit(type);
        Expected newMean =
                Rounded.within(
                        type,
                        mean.shape(),
                        c -> (1 - momentum) * mean.real(c) + momentum * channels[c].mean(),
                        c ->
                                momentum * channels[c].meanError(type)
                                        + 8
                                                * u
                                                * (Math.abs(mean.real(c))
                                                        + Math.abs(channels[c].mean())));
        Expected newVariance =
                Rounded.within(
                        type,
                        variance.shape(),
                        c -> (1 - momentum) * variance.real(c) + momentum * unbiased(channels[c]),
                        c ->
                                2 * momentum * channels[c].varianceError(type)
                                        + 8 * u * (variance.real(c) + unbiased(channels[c])));
        return List.of(newMean, newVariance);
    }

    private static double unbiased(Channel channel) {
        return channel.variance() * channel.count() / (channel.count() - 1.0);
    }

    /**
     * The derivatives: bias sums g, weight sums g xhat, and in training the input gets w invstd (g
     * - mean(g) - xhat mean(g xhat)), else w invstd g.
     */
    private static List<Expected> backward(Arguments arguments) {
        HostArray gradient = arguments.array("grad_output");
        HostArray input = arguments.array("input");
        HostArray weight = arguments.optionalArray("weight");
        HostArray mean = arguments.array("save_mean");
        HostArray invstd = arguments.array("save_invstd");
        boolean training = arguments.flag("training");
        ElementType type = input.type();
        int channels = input.size(1);
        Accumulator[] sums = accumulators(channels);
        Accumulator[] products = accumulators(channels);
        double[] scaled = new double[input.numel()];
        double[] terms = new double[input.numel()];
        for (int i = 0; i < input.numel(); i++) {
            int c = channelOf(input, i);
            scaled[i] = (input.real(i) - mean.real(c)) * invstd.real(c);
            terms[i] = (Math.abs(input.real(i)) + Math.abs(mean.real(c))) * invstd.real(c);
            sums[c].add(gradient.real(i));
            products[c].addProduct(gradient.real(i), scaled[i]);
        }
        double[] loose = new double[channels];
        for (int i = 0; i < input.numel(); i++) {
            loose[channelOf(input, i)] += Math.abs(gradient.real(i)) * terms[i];
        }
        double perChannel = (double) input.numel() / channels;
        double u = Rounded.unit(type);
        double relative = (perChannel + 16) * u;
        Expected gradInput =
                Rounded.within(
                        type,
                        input.shape(),
                        i -> {
                            int c = channelOf(input, i);
                            double centered =
                                    training
                                            ? gradient.real(i)
                                                    - sums[c].value() / perChannel
                                                    - scaled[i] * products[c].value() / perChannel
                                            : gradient.real(i);
                            return centered * invstd.real(c) * parameter(weight, c, 1);
                        },
                        i -> {
                            int c = channelOf(input, i);
                            double size =
                                    Math.abs(gradient.real(i))
                                            + sums[c].magnitude() / perChannel
                                            + (1 + terms[i]) * loose[c] / perChannel;
                            return relative
                                    * size
                                    * invstd.real(c)
                                    * Math.abs(parameter(weight, c, 1));
                        });
        long[] shape = {channels};
        return List.of(
                gradInput,
                Rounded.within(type, shape, c -> products[c].value(), c -> relative * loose[c]),
                Rounded.within(
                        type, shape, c -> sums[c].value(), c -> sums[c].bound(type.computeType())));
    }

    private static Accumulator[] accumulators(int count) {
        Accumulator[] result = new Accumulator[count];
        java.util.Arrays.setAll(result, i -> new Accumulator());
        return result;
    }
}
