// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fuse;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Tensors of several layouts, with ordinary and extreme numbers; closes what it made. */
final class Numbers implements AutoCloseable {
    /** Same shape and dense; spread out and a row; a column and a number; a slice and a column. */
    static final int FORMS = 4;

    static final int ROWS = 137;
    private static final int COLUMNS = 128;
    private static final double[] CORNERS = {
        0,
        -0.0,
        1,
        -1,
        0.5,
        2.5,
        -3,
        40,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Float.MIN_VALUE,
        -Float.MIN_NORMAL,
        Float.MAX_VALUE,
        65504,
        1e300,
        Long.MAX_VALUE,
        Integer.MIN_VALUE
    };

    private final List<Tensor> made = new ArrayList<>();
    private final Device device;
    private final SplittableRandom random;
    private final int rows;

    Numbers(Device device, long seed) {
        this(device, seed, ROWS);
    }

    Numbers(Device device, long seed, int rows) {
        this.device = device;
        this.rows = rows;
        this.random = new SplittableRandom(seed);
    }

    private Tensor keep(Tensor tensor) {
        made.add(tensor);
        return tensor;
    }

    private Tensor fresh(DType dtype, long... sizes) {
        int count = 1;
        for (long size : sizes) {
            count *= (int) size;
        }
        if (dtype.isFloating()) {
            double[] data = new double[count];
            for (int i = 0; i < count; i++) {
                boolean corner = random.nextInt(4) == 0;
                data[i] = corner ? CORNERS[random.nextInt(CORNERS.length)] : ordinary();
            }
            return keep(keep(device.keyway().tensor(device, data, sizes)).to(dtype));
        }
        long[] data = new long[count];
        for (int i = 0; i < count; i++) {
            data[i] = random.nextInt(8) == 0 ? random.nextLong() : random.nextInt(-9, 10);
        }
        if (dtype != DType.BOOL) {
            return keep(keep(device.keyway().tensor(device, data, sizes)).to(dtype));
        }
        boolean[] flags = new boolean[count];
        for (int i = 0; i < count; i++) {
            flags[i] = data[i] > 0;
        }
        return keep(device.keyway().tensor(device, flags, sizes));
    }

    private double ordinary() {
        return random.nextDouble(-4, 4);
    }

    /** An argument of a form; together the arguments have rows of 128 elements. */
    Tensor tensor(DType dtype, int form, int argument) {
        return switch (argument == 0 ? form : form + 4) {
            case 0, 4 -> fresh(dtype, rows, COLUMNS);
            case 1, 2 -> keep(fresh(dtype, COLUMNS, rows).transpose(0L, 1L));
            case 3 -> keep(fresh(dtype, rows, COLUMNS + 9).narrow(1L, 5L, (long) COLUMNS));
            case 5 -> fresh(dtype, COLUMNS);
            case 6 -> argument == 1 ? fresh(dtype) : fresh(dtype, rows, 1);
            default -> fresh(dtype, rows, 1);
        };
    }

    /** A dozen operators on values of several dtypes; the same for the same number. */
    Tensor chain(long number) {
        SplittableRandom choice = new SplittableRandom(number);
        DType[] dtypes = {DType.F32, DType.F64, DType.F16, DType.I32, DType.I64, DType.BOOL};
        List<Tensor> values = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            DType dtype = i < 2 ? DType.F32 : dtypes[choice.nextInt(dtypes.length)];
            values.add(input(i, dtype, i == 0 ? 0 : choice.nextInt(FORMS)));
        }
        Tensor last = values.getFirst();
        for (int i = 0; i < 12; i++) {
            Tensor other = values.get(choice.nextInt(values.size()));
            last = step(choice.nextInt(11), last, other);
            values.add(last);
        }
        return last;
    }

    private final List<Tensor> inputs = new ArrayList<>();

    private Tensor input(int index, DType dtype, int form) {
        while (inputs.size() <= index) {
            inputs.add(tensor(dtype, form, index == 0 ? 0 : 1));
        }
        return inputs.get(index);
    }

    private static Tensor step(int which, Tensor x, Tensor y) {
        return switch (which) {
            case 0 -> x.add(y);
            case 1 -> x.mul(y);
            case 2 -> x.maximum(y);
            case 3 -> x.add(y, dev.keyway.Scalar.of(3));
            case 4 -> x.mul(0.75);
            case 5 -> x.lt(y).add(x);
            case 6 -> dev.keyway.Ops.where(x.gt(y), x, y);
            case 7 -> x.relu().add(1);
            case 8 -> x.add(y).add_(x.mul(y));
            case 9 -> x.exp().tanh();
            default -> x.mul(y).abs().add(x.sigmoid());
        };
    }

    /** The elements' bits, with one NaN. */
    static long[] bits(Tensor tensor) {
        if (tensor.dtype().isFloating()) {
            double[] values = tensor.toDoubleArray();
            long[] bits = new long[values.length];
            for (int i = 0; i < bits.length; i++) {
                bits[i] = Double.doubleToLongBits(values[i]);
            }
            return bits;
        }
        if (tensor.dtype() != DType.BOOL) {
            return tensor.toLongArray();
        }
        boolean[] flags = tensor.toBooleanArray();
        long[] bits = new long[flags.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = flags[i] ? 1 : 0;
        }
        return bits;
    }

    @Override
    public void close() {
        made.forEach(Tensor::close);
    }
}
