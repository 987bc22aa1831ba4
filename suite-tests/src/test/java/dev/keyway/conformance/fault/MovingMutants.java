// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

import static dev.keyway.conformance.fault.Changes.after;
import static dev.keyway.conformance.fault.Changes.attributes;
import static dev.keyway.conformance.fault.Changes.converted;
import static dev.keyway.conformance.fault.Mutant.kernel;

import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.conformance.Form;
import dev.keyway.conformance.fault.FaultyRegistry.Change;
import dev.keyway.spi.Primitives;
import dev.keyway.spi.RandomOp;
import dev.keyway.spi.ScatterOp;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Mistakes in copies, indexing, filling and random numbers. */
final class MovingMutants {
    private MovingMutants() {}

    static List<Mutant> all() {
        return List.of(
                kernel(
                        "a conversion rounds where it must cut",
                        "copy",
                        DType.F32,
                        DType.I32,
                        converted(
                                x ->
                                        (long)
                                                Math.max(
                                                        Integer.MIN_VALUE,
                                                        Math.min(Integer.MAX_VALUE, Math.rint(x)))),
                        "_to_dtype"),
                kernel(
                        "a conversion wraps where it must saturate",
                        "copy",
                        DType.F64,
                        DType.I32,
                        converted(x -> (long) (double) x),
                        "_to_dtype"),
                kernel(
                        "a conversion saturates where it must wrap",
                        "copy",
                        DType.I64,
                        DType.U8,
                        converted(x -> Math.max(0, Math.min(255, (long) (double) x))),
                        "_to_dtype"),
                kernel(
                        "a conversion to f16 cuts",
                        "copy",
                        DType.F32,
                        DType.F16,
                        cutHalf(),
                        "_to_dtype"),
                kernel(
                        "0.5 is false",
                        "copy",
                        DType.F32,
                        DType.BOOL,
                        converted(x -> (long) (double) x),
                        "_to_dtype"),
                kernel(
                        "a copy ignores strides",
                        "copy",
                        DType.I16,
                        DType.I16,
                        (call, right, out, in) ->
                                Fault.STRIDES.run(
                                        (o, i) -> right.run(call, new Tensor[] {o}, new Inputs(i)),
                                        out[0],
                                        in.list()),
                        "clone",
                        "contiguous",
                        "copy"),
                kernel(
                                "a copy within one storage reads where it writes",
                                "copy",
                                DType.I32,
                                DType.I32,
                                (call, right, out, in) -> {
                                    if (out[0].storage() != in.get(0).storage()) {
                                        right.run(call, out, in);
                                    }
                                },
                                "copy")
                        .seenAlone(Form.ALIAS, "overlap"),
                kernel(
                        "a stride is off by one",
                        "copy",
                        DType.I8,
                        DType.I8,
                        (call, right, out, in) ->
                                right.run(call, out, Inputs.of(lastStrideLess(in.get(0)))),
                        "clone",
                        "contiguous",
                        "copy"),
                kernel(
                        "a copy drops the last byte",
                        "copy",
                        DType.BF16,
                        DType.BF16,
                        after(
                                out -> {
                                    if (out.numel() > 0) {
                                        new Elements(out).set(out.numel() - 1, 0, (byte) 1);
                                    }
                                }),
                        "clone",
                        "contiguous",
                        "copy"),
                kernel(
                        "a fill goes through f32",
                        "fill",
                        "fill",
                        DType.I64,
                        attributes(
                                a ->
                                        new Primitives.Fill(
                                                Scalar.of(
                                                        (double)
                                                                (float)
                                                                        fill(a).value()
                                                                                .doubleValue()))),
                        "full",
                        "fill",
                        "full_like"),
                kernel(
                        "an index is off by one",
                        "gather",
                        "gather",
                        DType.F32,
                        shifted(),
                        "gather",
                        "index_select"),
                kernel(
                                "an index out of range reads the last",
                                "gather",
                                "gather",
                                DType.F32,
                                clamped(),
                                "gather",
                                "index_select")
                        .seenBy(dev.keyway.conformance.Form.ERROR),
                kernel(
                        "of several additions the last counts",
                        "scatter",
                        ScatterOp.ADD,
                        DType.F32,
                        lostUpdates(),
                        "scatter_add",
                        "index_add"),
                kernel(
                        "of several values the first stays",
                        "scatter",
                        ScatterOp.SET,
                        DType.I32,
                        firstStays(),
                        "scatter.src"),
                kernel(
                        "arange begins with zero",
                        "arange",
                        "arange",
                        DType.I64,
                        attributes(
                                a ->
                                        new Primitives.Arange(
                                                Scalar.of(0L), ((Primitives.Arange) a).step())),
                        "arange"),
                kernel(
                        "the seed is ignored",
                        "random",
                        RandomOp.UNIFORM,
                        DType.F32,
                        random(
                                r ->
                                        new Primitives.Random(
                                                0, r.offset(), r.from(), r.to(), r.probability())),
                        "rand"),
                kernel(
                        "the offset is ignored",
                        "random",
                        RandomOp.NORMAL,
                        DType.F32,
                        random(
                                r ->
                                        new Primitives.Random(
                                                r.seed(), 0, r.from(), r.to(), r.probability())),
                        "randn"),
                kernel(
                        "the upper bound is drawn too",
                        "random",
                        RandomOp.INTEGER,
                        DType.I64,
                        random(
                                r ->
                                        new Primitives.Random(
                                                r.seed(),
                                                r.offset(),
                                                r.from(),
                                                r.to() + 1,
                                                r.probability())),
                        "randint"),
                kernel(
                        "the probability is turned round",
                        "random",
                        RandomOp.BERNOULLI,
                        DType.F32,
                        random(
                                r ->
                                        new Primitives.Random(
                                                r.seed(),
                                                r.offset(),
                                                r.from(),
                                                r.to(),
                                                1 - r.probability())),
                        "bernoulli.p"));
    }

    private static Primitives.Fill fill(Attributes attributes) {
        return (Primitives.Fill) attributes;
    }

    private static Change random(UnaryOperator<Primitives.Random> f) {
        return attributes(a -> f.apply((Primitives.Random) a));
    }

    /** Rounds to zero: the bits behind f16's are dropped before the conversion. */
    private static Change cutHalf() {
        return (call, right, out, in) -> {
            double[] x = new Elements(in.get(0)).doubles();
            right.run(call, out, in);
            Elements to = new Elements(out[0]);
            for (int i = 0; i < x.length; i++) {
                float value = (float) x[i];
                boolean ordinary = Math.abs(value) < 65_000 && Math.abs(value) > 1e-4;
                if (ordinary) {
                    to.setDouble(i, Float.intBitsToFloat(Float.floatToRawIntBits(value) & ~0x1fff));
                }
            }
        };
    }

    /** Takes the element behind the one that is named, where there is one. */
    private static Change shifted() {
        return (call, right, out, in) -> {
            right.run(call, out, in);
            Tensor self = in.get(0);
            double[] x = new Elements(self).doubles();
            long[] index = new Elements(in.get(1)).longs();
            Elements to = new Elements(out[0]);
            int n = (int) self.size(1);
            int m = (int) out[0].size(1);
            int inner = (int) self.size(2);
            for (int at = 0; at < out[0].numel(); at++) {
                int outer = at / inner / m;
                int row = (int) Math.min(n - 1, index[at] + 1);
                to.setDouble(at, x[(outer * n + row) * inner + at % inner]);
            }
        };
    }

    private static Change clamped() {
        return (call, right, out, in) -> {
            long n = in.get(0).size(1);
            for (long row : new Elements(in.get(1)).longs()) {
                if (row < 0 || row >= n) {
                    return;
                }
            }
            right.run(call, out, in);
        };
    }

    /** Where a place is named again, what was added before is taken back. */
    private static Change lostUpdates() {
        return (call, right, out, in) -> {
            double[] before = new Elements(out[0]).doubles();
            right.run(call, out, in);
            int n = (int) out[0].size(1);
            int inner = (int) out[0].size(2);
            long[] index = new Elements(in.get(0)).longs();
            double[] source = new Elements(in.get(1)).doubles();
            int m = (int) in.get(0).size(1);
            Elements to = new Elements(out[0]);
            for (int at = 0; at < index.length; at++) {
                int place = (int) ((at / inner / m * n + index[at]) * inner) + at % inner;
                to.setDouble(place, before[place] + source[at]);
            }
        };
    }

    private static Change firstStays() {
        return (call, right, out, in) -> {
            right.run(call, out, in);
            int n = (int) out[0].size(1);
            int inner = (int) out[0].size(2);
            long[] index = new Elements(in.get(0)).longs();
            long[] source = new Elements(in.get(1)).longs();
            int m = (int) in.get(0).size(1);
            Elements to = new Elements(out[0]);
            Set<Integer> written = new HashSet<>();
            for (int at = 0; at < index.length; at++) {
                int place = (int) ((at / inner / m * n + index[at]) * inner) + at % inner;
                if (written.add(place)) {
                    to.setLong(place, source[at]);
                }
            }
        };
    }

    /** A view whose last stride is one less, where it is more than one. */
    private static Tensor lastStrideLess(Tensor self) {
        long[] strides = self.strides();
        int last = strides.length - 1;
        if (last < 0 || strides[last] < 2 || self.numel() == 0) {
            return self;
        }
        strides[last]--;
        return self.asStrided(self.sizes(), strides, self.storageOffset());
    }
}
