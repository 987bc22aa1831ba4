// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.CtcLossIntListAttributes;
import java.util.Arrays;
import java.util.List;

/**
 * The targets with blanks between, and the ways through them.
 *
 * @param labels {@code [n, 2 longest + 1]}
 * @param barred large and negative where a label can't follow the one two before
 * @param inputs steps of each sequence
 * @param targets labels of each sequence
 */
record CtcPaths(Tensor labels, Tensor barred, long[] inputs, long[] targets)
        implements AutoCloseable {
    /** Stands for the logarithm of 0, so that differences of two are not NaN. */
    private static final double NEVER = -1e30;

    static CtcPaths of(Tensor probs, Tensor targets, CtcLossIntListAttributes a) {
        long[] lengths = a.targetLengths();
        int n = lengths.length;
        int longest = (int) Arrays.stream(lengths).max().orElse(0);
        long[] places = new long[n * longest];
        long start = 0;
        for (int i = 0; i < n; i++) {
            for (int s = 0; s < longest; s++) {
                long at = targets.dim() == 2 ? i * targets.size(1) + s : start + s;
                places[i * longest + s] = s < lengths[i] ? at : 0;
            }
            start += lengths[i];
        }
        Tensor blank = Ops.full(probs.device(), DType.I64, a.blank(), n, 1);
        if (longest == 0) {
            return new CtcPaths(
                    blank,
                    Ops.full(probs.device(), probs.dtype(), NEVER, n, 1),
                    a.inputLengths(),
                    lengths);
        }
        try (blank;
                Tensor index = probs.keyway().tensor(probs.device(), places, places.length);
                Tensor list = targets.reshape(-1L);
                Tensor picked = list.indexSelect(0, index);
                Tensor own = picked.view(n, longest);
                Tensor blanks = blank.expand(n, longest);
                Tensor pairs = Ops.stack(List.of(blanks, own), 2);
                Tensor flat = pairs.view(n, 2L * longest)) {
            Tensor labels = Ops.cat(List.of(flat, blank), 1);
            return new CtcPaths(labels, barred(probs, labels), a.inputLengths(), lengths);
        }
    }

    /** Blanks and repeated labels need the blank before them. */
    private static Tensor barred(Tensor probs, Tensor labels) {
        long n = labels.size(0);
        long width = labels.size(1);
        try (Tensor before = Ops.constantPadNd(labels, new long[] {2, -2}, -1L);
                Tensor same = before.eq(labels);
                Tensor first = Ops.arange(probs.device(), DType.I64, 0L, width);
                Tensor early = first.lt(2L);
                Tensor either = same.bitwiseOr(early);
                Tensor zero = Ops.zeros(probs.device(), probs.dtype(), n, width)) {
            return zero.maskedFill(either, NEVER);
        }
    }

    /** The losses of the sequences, infinite where no way leads through. */
    Tensor losses(Tensor probs) {
        Tensor alpha = first(probs);
        long steps = Arrays.stream(inputs).max().orElse(0);
        for (long t = 1; t < steps; t++) {
            try (Tensor old = alpha;
                    Tensor next = next(old, probs, t);
                    Tensor active = active(probs, t)) {
                alpha = Ops.where(active, next, old);
            }
        }
        try (Tensor last = alpha;
                Tensor ends = ends(probs);
                Tensor picked = last.gather(1, ends);
                Tensor one = picked.select(1, 0);
                Tensor second = picked.select(1, 1);
                Tensor missing = missing(probs);
                Tensor other = second.add(missing);
                Tensor sum = joined(one, other);
                Tensor losses = sum.neg();
                Tensor never = losses.gt(-NEVER / 10)) {
            return losses.maskedFill(never, Double.POSITIVE_INFINITY);
        }
    }

    private Tensor emissions(Tensor probs, long t) {
        try (Tensor step = probs.select(0, t)) {
            return step.gather(1, labels);
        }
    }

    private Tensor first(Tensor probs) {
        long width = labels.size(1);
        try (Tensor emitted = emissions(probs, 0);
                Tensor places = Ops.arange(probs.device(), DType.I64, 0L, width);
                Tensor late = places.ge(2L)) {
            return emitted.maskedFill(late, NEVER);
        }
    }

    private Tensor next(Tensor alpha, Tensor probs, long t) {
        try (Tensor one = Ops.constantPadNd(alpha, new long[] {1, -1}, NEVER);
                Tensor two = Ops.constantPadNd(alpha, new long[] {2, -2}, NEVER);
                Tensor allowed = two.add(barred);
                Tensor stay = joined(alpha, one);
                Tensor all = joined(stay, allowed);
                Tensor emitted = emissions(probs, t)) {
            return all.add(emitted);
        }
    }

    /** {@code log(e^a + e^b)}. */
    private static Tensor joined(Tensor a, Tensor b) {
        try (Tensor larger = a.maximum(b);
                Tensor shift = larger.detach();
                Tensor x = a.sub(shift);
                Tensor y = b.sub(shift);
                Tensor left = x.exp();
                Tensor right = y.exp();
                Tensor sum = left.add(right);
                Tensor log = sum.log()) {
            return log.add(shift);
        }
    }

    private Tensor active(Tensor probs, long t) {
        boolean[] flags = new boolean[inputs.length];
        for (int i = 0; i < flags.length; i++) {
            flags[i] = t < inputs[i];
        }
        return probs.keyway().tensor(probs.device(), flags, flags.length, 1);
    }

    /** The last blank and the label before it. */
    private Tensor ends(Tensor probs) {
        long[] index = new long[2 * targets.length];
        for (int i = 0; i < targets.length; i++) {
            index[2 * i] = 2 * targets[i];
            index[2 * i + 1] = Math.max(0, 2 * targets[i] - 1);
        }
        return probs.keyway().tensor(probs.device(), index, targets.length, 2);
    }

    private Tensor missing(Tensor probs) {
        try (Tensor none = flags(probs);
                Tensor zero = Ops.zeros(probs.device(), probs.dtype(), targets.length)) {
            return zero.maskedFill(none, Scalar.of(NEVER));
        }
    }

    private Tensor flags(Tensor probs) {
        boolean[] none = new boolean[targets.length];
        for (int i = 0; i < none.length; i++) {
            none[i] = targets[i] == 0;
        }
        return probs.keyway().tensor(probs.device(), none, none.length);
    }

    /** The targets' lengths, at least 1. */
    Tensor divisors(Tensor probs) {
        long[] lengths = new long[targets.length];
        Arrays.setAll(lengths, i -> Math.max(1, targets[i]));
        try (Tensor numbers = probs.keyway().tensor(probs.device(), lengths, lengths.length)) {
            return numbers.to(probs.dtype());
        }
    }

    @Override
    public void close() {
        labels.close();
        barred.close();
    }
}
