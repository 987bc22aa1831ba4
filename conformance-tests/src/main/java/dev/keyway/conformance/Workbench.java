// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.Attributes;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Operator;
import dev.keyway.Tensor;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.Expected;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.oracle.HostBytes;
import dev.keyway.conformance.oracle.Shapes;
import dev.keyway.conformance.sample.Input;
import dev.keyway.conformance.sample.Sample;
import dev.keyway.schema.Argument;
import dev.keyway.schema.OperatorSchema;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The device under test during one case; closes the tensors that the case made. Of one thread. */
final class Workbench implements AutoCloseable {
    private final Keyway keyway;
    private final Device device;
    private final double tighten;
    private final List<Tensor> made = new ArrayList<>();

    Workbench(Keyway keyway, Device device) {
        this(keyway, device, 1);
    }

    /** Allows only this share of the tolerances. */
    Workbench(Keyway keyway, Device device, double tighten) {
        this.keyway = keyway;
        this.device = device;
        this.tighten = tighten;
    }

    /** What is asked of a result. */
    Expected asked(Expected expected) {
        return tighten == 1 ? expected : expected.tightened(tighten);
    }

    Keyway keyway() {
        return keyway;
    }

    Device device() {
        return device;
    }

    /** A dense tensor with these elements. */
    Tensor dense(HostArray array) {
        byte[] bytes = HostBytes.encode(array);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(Math.max(bytes.length, 1));
            MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
            MemorySegment exact = data.asSlice(0, bytes.length);
            return keep(
                    keyway.tensor(device, ElementTypes.dtype(array.type()), exact, array.shape()));
        }
    }

    /** A tensor with the input's elements in its layout. */
    Tensor upload(Input input) {
        return view(dense(base(input)), input);
    }

    /** The dense array of which the input is a view. Elements that it skips are 1. */
    static HostArray base(Input input) {
        HostArray array = input.array();
        int rank = array.rank();
        return switch (input.layout()) {
            case CONTIGUOUS -> array;
            case TRANSPOSED -> rank < 2 ? array : exchanged(array, swap(rank));
            case REVERSED -> exchanged(array, reverse(rank));
            case CHANNELS_LAST -> rank < 3 ? array : exchanged(array, channelsLast(rank));
            case STEPPED -> spread(array, 2, 0);
            case OFFSET -> rank == 0 ? array : spread(array, 1, 1);
            case EXPANDED ->
                    rank == 0
                            ? array
                            : array.pick(
                                    Shapes.with(array.shape(), 0, Math.min(1, array.size(0))),
                                    i -> i);
        };
    }

    /** The input's view of a tensor that has its base's shape. */
    Tensor view(Tensor base, Input input) {
        int rank = input.array().rank();
        Tensor result = base;
        switch (input.layout()) {
            case CONTIGUOUS -> {}
            case TRANSPOSED -> result = rank < 2 ? base : keep(base.permute(swap(rank)));
            case REVERSED -> result = keep(base.permute(reverse(rank)));
            case CHANNELS_LAST ->
                    result = rank < 3 ? base : keep(base.permute(channelsSecond(rank)));
            case STEPPED -> {
                for (int d = 0; d < rank; d++) {
                    result = keep(result.slice(d, 0L, null, 2));
                }
            }
            case OFFSET -> result = rank == 0 ? base : keep(base.slice(0, 1L, null, 1));
            case EXPANDED -> result = rank == 0 ? base : keep(base.expand(input.array().shape()));
        }
        return result;
    }

    private static long[] swap(int rank) {
        long[] dims = new long[rank];
        Arrays.setAll(dims, d -> d < rank - 2 ? d : 2L * rank - 3 - d);
        return dims;
    }

    private static long[] reverse(int rank) {
        long[] dims = new long[rank];
        Arrays.setAll(dims, d -> rank - 1L - d);
        return dims;
    }

    /** The order of dimensions that {@link #channelsSecond} undoes. */
    private static long[] channelsLast(int rank) {
        long[] dims = new long[rank];
        Arrays.setAll(dims, d -> d == 0 ? 0 : d == rank - 1 ? 1 : d + 1L);
        return dims;
    }

    private static long[] channelsSecond(int rank) {
        long[] dims = new long[rank];
        Arrays.setAll(dims, d -> d == 0 ? 0 : d == 1 ? rank - 1L : d - 1L);
        return dims;
    }

    /** The array with its dimensions in another order. */
    private static HostArray exchanged(HostArray array, long[] dims) {
        long[] shape = new long[dims.length];
        Arrays.setAll(shape, d -> array.size((int) dims[d]));
        return array.pick(
                shape,
                i -> {
                    long[] at = Shapes.coordinates(i, shape);
                    long[] from = new long[at.length];
                    for (int d = 0; d < at.length; d++) {
                        from[(int) dims[d]] = at[d];
                    }
                    return Shapes.linear(from, array.shape());
                });
    }

    /** Every {@code step}th element, or with one row more in front. */
    private static HostArray spread(HostArray array, int step, int front) {
        long[] shape = array.shape();
        if (array.numel() > 0 || front == 0) {
            for (int d = 0; d < shape.length; d++) {
                shape[d] = d == 0 ? shape[d] * step + front : shape[d] * step;
            }
        } else {
            shape[0] += front;
        }
        double[] reals = new double[Shapes.numel(shape)];
        long[] integers = new long[reals.length];
        Arrays.fill(reals, 1);
        Arrays.fill(integers, 1);
        for (int i = 0; i < array.numel(); i++) {
            long[] at = Shapes.coordinates(i, array.shape());
            for (int d = 0; d < at.length; d++) {
                at[d] = at[d] * step + (d == 0 ? front : 0);
            }
            int target = Shapes.linear(at, shape);
            reals[target] = array.real(i);
            integers[target] = array.type().isFloating() ? 0 : array.integer(i);
        }
        return array.type().isFloating()
                ? HostArray.ofReals(array.type(), shape, i -> reals[i])
                : HostArray.ofIntegers(array.type(), shape, i -> integers[i]);
    }

    /** The tensor's elements. */
    HostArray download(Tensor tensor) {
        ElementType type = ElementTypes.elementType(tensor.dtype());
        try (Arena arena = Arena.ofConfined()) {
            long size = tensor.nbytes();
            MemorySegment target = arena.allocate(Math.max(size, 1)).asSlice(0, size);
            tensor.copyTo(target);
            byte[] bytes = target.toArray(ValueLayout.JAVA_BYTE);
            return HostBytes.decode(type, tensor.sizes(), bytes);
        }
    }

    /** The sample's tensor arguments by name, as tensors, lists of them, or null. */
    Map<String, @Nullable Object> upload(Sample sample) {
        Map<String, @Nullable Object> tensors = new LinkedHashMap<>();
        sample.arguments()
                .forEach(
                        (name, value) -> {
                            if (value instanceof Input input) {
                                tensors.put(name, upload(input));
                            } else if (value instanceof List<?> list) {
                                List<@Nullable Tensor> uploaded = new ArrayList<>();
                                for (Object element : list) {
                                    uploaded.add(element == null ? null : upload((Input) element));
                                }
                                tensors.put(name, uploaded);
                            }
                        });
        return tensors;
    }

    /** Calls the sample's operator; a new result. */
    List<Tensor> call(Sample sample, Map<String, @Nullable Object> tensors) {
        Operator operator = keyway.operator(sample.operator());
        Attributes attributes =
                AttributeRecords.create(operator.schema(), sample.arguments(), device);
        List<Argument> declared = operator.schema().tensorArguments();
        if (declared.isEmpty()) {
            return List.of(keep(operator.call(attributes, null, device)));
        }
        List<@Nullable Tensor> inputs = inputs(operator.schema(), tensors);
        List<Tensor> results =
                List.of(operator.callBoxed(attributes, inputs.toArray(new @Nullable Tensor[0])));
        results.forEach(this::keep);
        return results;
    }

    /** Calls the sample's operator so that it writes to {@code out}. */
    Tensor callOut(Sample sample, Map<String, @Nullable Object> tensors, Tensor out) {
        Operator operator = keyway.operator(sample.operator());
        List<Argument> declared = operator.schema().tensorArguments();
        List<@Nullable Tensor> inputs = inputs(operator.schema(), tensors);
        boolean list = declared.stream().anyMatch(argument -> argument.type().isTensorList());
        if (list || inputs.size() > 3 || inputs.contains(null)) {
            return callOut(sample, tensors, new Tensor[] {out})[0];
        }
        Attributes attributes =
                AttributeRecords.create(operator.schema(), sample.arguments(), device);
        if (declared.isEmpty()) {
            return keep(operator.call(attributes, out, device));
        }
        Tensor self = java.util.Objects.requireNonNull(inputs.get(0));
        if (inputs.size() == 1) {
            return keep(operator.call(attributes, out, self));
        }
        Tensor other = java.util.Objects.requireNonNull(inputs.get(1));
        return inputs.size() == 2
                ? keep(operator.call(attributes, out, self, other))
                : keep(operator.call(attributes, out, self, other, inputs.get(2)));
    }

    /** The same with a tensor for each result. */
    Tensor[] callOut(Sample sample, Map<String, @Nullable Object> tensors, Tensor[] out) {
        Operator operator = keyway.operator(sample.operator());
        Attributes attributes =
                AttributeRecords.create(operator.schema(), sample.arguments(), device);
        @Nullable Tensor[] all =
                inputs(operator.schema(), tensors).toArray(new @Nullable Tensor[0]);
        Tensor[] results = operator.callBoxed(attributes, out, all);
        for (Tensor result : results) {
            keep(result);
        }
        return results;
    }

    private static List<@Nullable Tensor> inputs(
            OperatorSchema schema, Map<String, @Nullable Object> tensors) {
        List<@Nullable Tensor> inputs = new ArrayList<>();
        for (Argument argument : schema.tensorArguments()) {
            Object value = tensors.get(argument.name());
            if (value instanceof List<?> list) {
                list.forEach(element -> inputs.add((Tensor) element));
            } else {
                inputs.add((Tensor) value);
            }
        }
        return inputs;
    }

    /** Closes the tensor at the end of the case. */
    <T extends Tensor> T keep(T tensor) {
        made.add(tensor);
        return tensor;
    }

    @Override
    public void close() {
        made.forEach(Tensor::close);
        made.clear();
    }
}
