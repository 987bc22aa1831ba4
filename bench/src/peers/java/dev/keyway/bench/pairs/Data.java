// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the tensors and calls of one pair, on the CPU backend and on libtorch. */
final class Data implements AutoCloseable {
    private final Keyway keyway;
    private final Device device;
    private final Torch torch;
    private final Arena arena = Arena.ofConfined();
    private final List<Tensor> owned = new ArrayList<>();

    Data(Keyway keyway, Torch torch) {
        this.keyway = keyway;
        this.device = keyway.device("cpu");
        this.torch = torch;
        keyway.manualSeed(1);
    }

    Device device() {
        return device;
    }

    Keyway keyway() {
        return keyway;
    }

    Torch torch() {
        return torch;
    }

    Arena arena() {
        return arena;
    }

    /** Closed with the pair. */
    Tensor own(Tensor tensor) {
        owned.add(tensor);
        return tensor;
    }

    /** What both sides read; a view stays a view. */
    Operand read(Tensor tensor) {
        own(tensor);
        return new Operand(tensor, tensor, torch.on(arena, tensor));
    }

    /** What each side writes in memory of its own. */
    Operand result(DType dtype, long... sizes) {
        Tensor theirs = own(Ops.zeros(device, dtype, sizes));
        return new Operand(own(Ops.zeros(device, dtype, sizes)), theirs, torch.on(arena, theirs));
    }

    /** What each side changes in memory of its own, equal at first. */
    Operand changed(Operand like) {
        Tensor theirs = own(like.ours().clone());
        return new Operand(own(like.ours().clone()), theirs, torch.on(arena, theirs));
    }

    /** Normally distributed numbers; for integers those from -100 to 100, for bool one in two. */
    Operand normal(DType dtype, long... sizes) {
        return switch (dtype) {
            case F32, F64 -> read(Ops.randn(device, dtype, sizes));
            case F16, BF16 -> read(cast(Ops.randn(device, DType.F32, sizes), dtype));
            case BOOL -> integers(dtype, 0, 2, sizes);
            case U8 -> integers(dtype, 0, 101, sizes);
            default -> integers(dtype, -100, 101, sizes);
        };
    }

    /** Numbers of an interval. */
    Operand uniform(DType dtype, double low, double high, long... sizes) {
        try (Tensor drawn = Ops.rand(device, DType.F32, sizes);
                Tensor scaled = drawn.mul(high - low)) {
            return read(cast(scaled.add(low), dtype));
        }
    }

    /** Integers from low to high, exclusive. */
    Operand integers(DType dtype, long low, long high, long... sizes) {
        return read(cast(Ops.randint(device, DType.I64, low, high, sizes), dtype));
    }

    /** Each number up to count once, by chance. */
    Operand permutation(DType dtype, long count) {
        return read(cast(Ops.randperm(device, DType.I64, count), dtype));
    }

    private static Tensor cast(Tensor tensor, DType dtype) {
        if (tensor.dtype() == dtype) {
            return tensor;
        }
        try (tensor) {
            return tensor.to(dtype);
        }
    }

    /**
     * A pair whose peer writes tensors that are there.
     *
     * @param ours Keyway's call; its result is a tensor or a record of tensors
     * @param operator the peer's
     * @param arguments the peer's, among them what it writes
     */
    Pair pair(Supplier<?> ours, String operator, @Nullable Object... arguments) {
        return returning(0, ours, operator, arguments);
    }

    /** A pair whose peer returns tensors. */
    Pair returning(int results, Supplier<?> ours, String operator, @Nullable Object... arguments) {
        return new Pair(
                this, ours, torch.call(arena, results, operator, arguments), operator, arguments);
    }

    @Override
    public void close() {
        owned.forEach(Tensor::close);
        arena.close();
    }
}
