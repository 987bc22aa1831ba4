// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.bench.compare.Contest;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One operator on one shape and dtype, by both sides. */
final class Pair implements Contest {
    /** How far a peer's result may be from an exact one, where that judges ours. */
    private static final double ROUGH = 1e-3;

    private final Data data;
    private final Supplier<?> ours;
    private final TorchCall theirs;
    private final String operator;
    private final List<Operand> written = new ArrayList<>();
    private double bytes;
    private double tolerance;
    private double scale = 1e-2;
    private int compared = Integer.MAX_VALUE;
    private boolean random;
    private double @Nullable [] exact;
    private @Nullable Object last;

    Pair(
            Data data,
            Supplier<?> ours,
            TorchCall theirs,
            String operator,
            @Nullable Object[] arguments) {
        this.data = data;
        this.ours = ours;
        this.theirs = theirs;
        this.operator = operator;
        for (@Nullable Object argument : arguments) {
            if (argument instanceof Operand operand) {
                bytes += operand.ours().nbytes();
                if (operand.isResult()) {
                    written.add(operand);
                }
            }
        }
    }

    /** The size of a result below which its rounding errors do not shrink with it. */
    Pair scale(double size) {
        scale = size;
        return this;
    }

    /** How much more than the dtype's rounding the results may differ. */
    Pair within(double relative) {
        tolerance = relative;
        return this;
    }

    /** Only the first results are compared: which of equal numbers is found is not specified. */
    Pair comparing(int results) {
        compared = results;
        return this;
    }

    /** Both draw numbers of their own: mean and mean square are compared. */
    Pair random() {
        random = true;
        return this;
    }

    /**
     * The peer rounds so often that it can't judge: our result is compared with numbers computed in
     * f64, the peer's with them as well, within {@link #ROUGH}.
     */
    Pair exactly(double... numbers) {
        exact = numbers;
        return this;
    }

    @Override
    public void ours() {
        Object result = ours.get();
        Object before = last;
        if (before != result) {
            close(before);
        }
        last = result;
    }

    private void close(@Nullable Object result) {
        if (result instanceof AutoCloseable closeable && !isWritten(result)) {
            try {
                closeable.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private boolean isWritten(Object result) {
        for (Operand operand : written) {
            if (operand.ours() == result) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void peer() {
        theirs.run();
    }

    @Override
    public double difference() {
        List<Tensor> mine = tensors(last);
        double worst = mine.isEmpty() ? Double.NaN : 0;
        for (int i = 0; i < Math.min(compared, mine.size()); i++) {
            Tensor peer = theirs.results() == 0 ? written.get(i).theirs() : copy(i, mine.get(i));
            double difference = difference(mine.get(i), peer);
            worst = Double.isNaN(difference) ? difference : Math.max(worst, difference);
        }
        return worst;
    }

    /** What the peer returned, in our memory. */
    private Tensor copy(int index, Tensor like) {
        Tensor copy = data.own(like.contiguous());
        Operand target = data.changed(new Operand(copy, copy, theirs.returned(index)));
        Operand source = new Operand(copy, copy, theirs.returned(index));
        data.torch().call(data.arena(), 0, "copy_", target, source, false).run();
        bytes += like.nbytes();
        return target.theirs();
    }

    private double difference(Tensor mine, Tensor peer) {
        double[] a = numbers(mine);
        double[] b = numbers(peer);
        if (exact != null) {
            return Math.max(
                    Differences.largest(a, exact, relative(mine.dtype()), scale),
                    Differences.largest(b, exact, ROUGH, scale));
        }
        return random
                ? Differences.ofMoments(a, b)
                : Differences.largest(a, b, relative(mine.dtype()), scale);
    }

    private double relative(DType dtype) {
        if (tolerance != 0) {
            return tolerance;
        }
        return switch (dtype) {
            case F64 -> 1e-13;
            case F32 -> 4e-6;
            case F16 -> 0x1p-9;
            case BF16 -> 0x1p-6;
            default -> 0;
        };
    }

    private static double[] numbers(Tensor tensor) {
        if (tensor.dtype() == DType.F64) {
            return tensor.toDoubleArray();
        }
        try (Tensor wide = tensor.to(DType.F64)) {
            return wide.toDoubleArray();
        }
    }

    private static List<Tensor> tensors(@Nullable Object result) {
        List<Tensor> tensors = new ArrayList<>();
        if (result instanceof Tensor tensor) {
            tensors.add(tensor);
        } else if (result instanceof Record) {
            for (RecordComponent component : result.getClass().getRecordComponents()) {
                try {
                    tensors.add((Tensor) component.getAccessor().invoke(result));
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return tensors;
    }

    @Override
    public String description() {
        return "at::" + operator;
    }

    @Override
    public double amount() {
        return bytes;
    }

    @Override
    public String unit() {
        return "GB/s";
    }

    @Override
    public void close() {
        close(last);
        theirs.release();
        data.close();
    }
}
