// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.Arrays;

/** Padding, shuffling of pixels and channels, windows as columns; all but col2im only move. */
@AutoService(OracleFamily.class)
public final class RearrangementOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public RearrangementOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("constant_pad_nd", Oracle.single(RearrangementOracles::constant));
        for (int rank = 1; rank <= 3; rank++) {
            table.add(
                    "reflection_pad" + rank + "d",
                    Oracle.single(a -> edges(a, "padding", RearrangementOracles::reflected)));
            table.add(
                    "replication_pad" + rank + "d",
                    Oracle.single(
                            a -> edges(a, "padding", (at, n) -> Math.max(0, Math.min(at, n - 1)))));
        }
        table.add("_pad_circular", Oracle.single(a -> edges(a, "pad", Math::floorMod)));
        table.add("pixel_shuffle", Oracle.single(RearrangementOracles::pixelShuffle));
        table.add("pixel_unshuffle", Oracle.single(RearrangementOracles::pixelUnshuffle));
        table.add("channel_shuffle", Oracle.single(RearrangementOracles::channelShuffle));
        table.add("im2col", Oracle.single(RearrangementOracles::unfold));
        table.add("col2im", Oracle.single(RearrangementOracles::fold));
    }

    private interface Source {
        long of(long at, long size);
    }

    private static long reflected(long at, long size) {
        return at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at;
    }

    private static long[] padded(long[] shape, long[] pad) {
        long[] result = shape.clone();
        for (int i = 0; i < pad.length; i++) {
            result[shape.length - 1 - i / 2] += pad[i];
        }
        return result;
    }

    private static long before(long[] pad, int rank, int d) {
        int i = 2 * (rank - 1 - d);
        return i < pad.length ? pad[i] : 0;
    }

    private static Expected constant(Arguments arguments) {
        HostArray self = arguments.array("self");
        long[] pad = arguments.integers("pad");
        long[] shape = padded(self.shape(), pad);
        HostArray value = Arguments.asArray(arguments.scalar("value"), self.type());
        int[] from = new int[Shapes.numel(shape)];
        for (int i = 0; i < from.length; i++) {
            long[] at = Shapes.coordinates(i, shape);
            boolean inside = true;
            for (int d = 0; d < at.length; d++) {
                at[d] -= before(pad, at.length, d);
                inside &= at[d] >= 0 && at[d] < self.size(d);
            }
            from[i] = inside ? Shapes.linear(at, self.shape()) : -1;
        }
        return Expected.exactly(
                self.type().isFloating()
                        ? HostArray.ofReals(
                                self.type(),
                                shape,
                                i -> from[i] < 0 ? value.real(0) : self.real(from[i]))
                        : HostArray.ofIntegers(
                                self.type(),
                                shape,
                                i -> from[i] < 0 ? value.integer(0) : self.integer(from[i])));
    }

    private static Expected edges(Arguments arguments, String name, Source source) {
        HostArray self = arguments.array("self");
        long[] pad = arguments.integers(name);
        long[] shape = padded(self.shape(), pad);
        return Expected.exactly(
                self.pick(
                        shape,
                        i -> {
                            long[] at = Shapes.coordinates(i, shape);
                            for (int d = 0; d < at.length; d++) {
                                long moved = at[d] - before(pad, at.length, d);
                                at[d] = source.of(moved, self.size(d));
                            }
                            return Shapes.linear(at, self.shape());
                        }));
    }

    private static Expected pixelShuffle(Arguments arguments) {
        HostArray self = arguments.array("self");
        long r = arguments.integer("upscale_factor");
        int n = self.rank();
        long[] shape = self.shape();
        shape[n - 3] /= r * r;
        shape[n - 2] *= r;
        shape[n - 1] *= r;
        return Expected.exactly(
                self.pick(
                        shape,
                        i -> {
                            long[] at = Shapes.coordinates(i, shape);
                            at[n - 3] = at[n - 3] * r * r + at[n - 2] % r * r + at[n - 1] % r;
                            at[n - 2] /= r;
                            at[n - 1] /= r;
                            return Shapes.linear(at, self.shape());
                        }));
    }

    private static Expected pixelUnshuffle(Arguments arguments) {
        HostArray self = arguments.array("self");
        long r = arguments.integer("downscale_factor");
        int n = self.rank();
        long[] shape = self.shape();
        shape[n - 3] *= r * r;
        shape[n - 2] /= r;
        shape[n - 1] /= r;
        return Expected.exactly(
                self.pick(
                        shape,
                        i -> {
                            long[] at = Shapes.coordinates(i, shape);
                            long part = at[n - 3] % (r * r);
                            at[n - 3] /= r * r;
                            at[n - 2] = at[n - 2] * r + part / r;
                            at[n - 1] = at[n - 1] * r + part % r;
                            return Shapes.linear(at, self.shape());
                        }));
    }

    private static Expected channelShuffle(Arguments arguments) {
        HostArray self = arguments.array("self");
        long groups = arguments.integer("groups");
        long perGroup = self.size(1) / groups;
        return Expected.exactly(
                self.pick(
                        self.shape(),
                        i -> {
                            long[] at = Shapes.coordinates(i, self.shape());
                            at[1] = at[1] % groups * perGroup + at[1] / groups;
                            return Shapes.linear(at, self.shape());
                        }));
    }

    private interface Pairs {
        void accept(int image, int column);
    }

    private static long each(long[] list, int d) {
        return list.length == 1 ? list[0] : list[d];
    }

    private static long count(Arguments arguments, long size, int d) {
        long reach =
                each(arguments.integers("dilation"), d)
                                * (each(arguments.integers("kernel_size"), d) - 1)
                        + 1;
        return (size + 2 * each(arguments.integers("padding"), d) - reach)
                        / each(arguments.integers("stride"), d)
                + 1;
    }

    /** Which image element is which element of {@code [n, channels * kernel, windows]}. */
    private static void pairs(Arguments arguments, long[] image, Pairs pairs) {
        long kh = each(arguments.integers("kernel_size"), 0);
        long kw = each(arguments.integers("kernel_size"), 1);
        long oh = count(arguments, image[2], 0);
        long ow = count(arguments, image[3], 1);
        long[] columns = {image[0], image[1], kh, kw, oh, ow};
        for (int i = 0; i < Shapes.numel(columns); i++) {
            long[] at = Shapes.coordinates(i, columns);
            long y =
                    at[4] * each(arguments.integers("stride"), 0)
                            - each(arguments.integers("padding"), 0)
                            + at[2] * each(arguments.integers("dilation"), 0);
            long x =
                    at[5] * each(arguments.integers("stride"), 1)
                            - each(arguments.integers("padding"), 1)
                            + at[3] * each(arguments.integers("dilation"), 1);
            if (y >= 0 && y < image[2] && x >= 0 && x < image[3]) {
                pairs.accept(Shapes.linear(new long[] {at[0], at[1], y, x}, image), i);
            }
        }
    }

    private static Expected unfold(Arguments arguments) {
        HostArray self = arguments.array("self");
        long[] s = self.shape();
        boolean batched = s.length == 4;
        long[] image = batched ? s : new long[] {1, s[0], s[1], s[2]};
        long rows =
                image[1]
                        * each(arguments.integers("kernel_size"), 0)
                        * each(arguments.integers("kernel_size"), 1);
        long windows = count(arguments, image[2], 0) * count(arguments, image[3], 1);
        double[] values = new double[(int) (image[0] * rows * windows)];
        pairs(arguments, image, (from, to) -> values[to] = self.real(from));
        long[] shape = {image[0], rows, windows};
        return Expected.exactly(
                HostArray.ofReals(
                                ElementType.F64,
                                batched ? shape : Arrays.copyOfRange(shape, 1, 3),
                                i -> values[i])
                        .cast(self.type()));
    }

    private static Expected fold(Arguments arguments) {
        HostArray self = arguments.array("self");
        boolean batched = self.rank() == 3;
        long taps =
                each(arguments.integers("kernel_size"), 0)
                        * each(arguments.integers("kernel_size"), 1);
        long[] image = {
            batched ? self.size(0) : 1,
            self.size(self.rank() - 2) / taps,
            each(arguments.integers("output_size"), 0),
            each(arguments.integers("output_size"), 1)
        };
        Accumulator[] sums = Rounded.accumulators(Shapes.numel(image));
        pairs(arguments, image, (to, from) -> sums[to].add(self.real(from)));
        long[] shape = batched ? image : Arrays.copyOfRange(image, 1, 4);
        return self.type().isFloating()
                ? Rounded.sums(self.type(), shape, sums)
                : Expected.exactly(
                        HostArray.ofIntegers(self.type(), shape, i -> (long) sums[i].value()));
    }
}
