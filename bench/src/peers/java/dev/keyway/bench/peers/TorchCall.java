// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import ai.djl.ndarray.NDArray;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call of a C++ function of libtorch with arguments that stay, built argument by argument as the
 * platform's binary interface passes them (Itanium C++ ABI on x86-64). Results of the last call are
 * released before the next one.
 */
final class TorchCall implements Runnable {
    private static final String RELEASE =
            "_ZN3c1013intrusive_ptrINS_10TensorImplENS_19UndefinedTensorImplEE6reset_Ev";
    private static final MemoryLayout THREE_LONGS =
            MemoryLayout.structLayout(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
    private static final MemoryLayout OPTIONAL_DOUBLE =
            MemoryLayout.structLayout(ValueLayout.JAVA_DOUBLE, ValueLayout.JAVA_LONG);
    private static final MemoryLayout THREE_FLAGS =
            MemoryLayout.structLayout(
                    ValueLayout.JAVA_BOOLEAN, ValueLayout.JAVA_BOOLEAN, ValueLayout.JAVA_BOOLEAN);

    private final Libtorch torch;
    private final String symbol;
    private final List<MemoryLayout> layouts = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();
    private final Arena arena = Arena.global();
    private final MemorySegment results;
    private final int count;
    private final MethodHandle release;
    private @Nullable MethodHandle call;

    /**
     * A call of a function.
     *
     * @param symbol its mangled name
     * @param results how many new tensors it returns; 0 for one that writes into tensors
     */
    TorchCall(Libtorch torch, String symbol, int results) {
        this.torch = torch;
        this.symbol = symbol;
        this.results = arena.allocate(ValueLayout.JAVA_LONG, Math.max(1, results));
        count = results;
        release = torch.function(RELEASE, ValueLayout.JAVA_LONG);
        if (results > 0) {
            number(this.results.address());
        }
    }

    private TorchCall add(MemoryLayout layout, Object value) {
        layouts.add(layout);
        values.add(value);
        return this;
    }

    TorchCall tensor(NDArray tensor) {
        return number(Libtorch.address(tensor));
    }

    TorchCall number(long value) {
        return add(ValueLayout.JAVA_LONG, value);
    }

    TorchCall real(double value) {
        return add(ValueLayout.JAVA_DOUBLE, value);
    }

    TorchCall flag(boolean value) {
        return add(ValueLayout.JAVA_BOOLEAN, value);
    }

    TorchCall flags(boolean first, boolean second, boolean third) {
        MemorySegment flags = arena.allocate(THREE_FLAGS);
        flags.set(ValueLayout.JAVA_BOOLEAN, 0, first);
        flags.set(ValueLayout.JAVA_BOOLEAN, 1, second);
        flags.set(ValueLayout.JAVA_BOOLEAN, 2, third);
        return add(THREE_FLAGS, flags);
    }

    /** Where a function that returns several references puts them. */
    TorchCall references(int number) {
        return number(arena.allocate(ValueLayout.JAVA_LONG, number).address());
    }

    /** {@code optional<Tensor> const&}. */
    TorchCall optional(@Nullable NDArray tensor) {
        MemorySegment optional = arena.allocate(16, 8);
        if (tensor != null) {
            optional.set(ValueLayout.JAVA_LONG, 0, object(tensor));
            optional.set(ValueLayout.JAVA_BOOLEAN, 8, true);
        }
        return number(optional.address());
    }

    /** The tensor's body, to which a C++ tensor is a counted pointer. */
    private static long object(NDArray tensor) {
        return MemorySegment.ofAddress(Libtorch.address(tensor))
                .reinterpret(8)
                .get(ValueLayout.JAVA_LONG, 0);
    }

    /** {@code ArrayRef} of integers, symbolic or not. */
    TorchCall list(long... numbers) {
        return number(arena.allocateFrom(ValueLayout.JAVA_LONG, numbers).address())
                .number(numbers.length);
    }

    /** {@code OptionalArrayRef} of integers; none where there are no numbers. */
    TorchCall optionalList(long... numbers) {
        MemorySegment list = arena.allocate(THREE_LONGS);
        if (numbers.length > 0) {
            MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_LONG, numbers);
            list.set(ValueLayout.JAVA_LONG, 0, data.address());
            list.set(ValueLayout.JAVA_LONG, 8, numbers.length);
            list.set(ValueLayout.JAVA_BOOLEAN, 16, true);
        }
        return add(THREE_LONGS, list);
    }

    /** {@code IListRef<Tensor> const&}: where the tensors are, how many, and the tag 0. */
    TorchCall tensors(List<NDArray> tensors) {
        long[] objects = tensors.stream().mapToLong(TorchCall::object).toArray();
        MemorySegment list = arena.allocate(THREE_LONGS);
        MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_LONG, objects);
        list.set(ValueLayout.JAVA_LONG, 0, data.address());
        list.set(ValueLayout.JAVA_LONG, 8, objects.length);
        return number(list.address());
    }

    /** {@code SymInt}, which goes by reference. */
    TorchCall symbolic(long value) {
        return number(arena.allocateFrom(ValueLayout.JAVA_LONG, value).address());
    }

    /** {@code optional<ScalarType>}, none. */
    TorchCall noType() {
        return add(ValueLayout.JAVA_SHORT, (short) 0);
    }

    /** {@code optional<double>}, none. */
    TorchCall noReal() {
        return add(OPTIONAL_DOUBLE, arena.allocate(OPTIONAL_DOUBLE));
    }

    /** {@code string_view}. */
    TorchCall text(String text) {
        return number(text.length()).number(arena.allocateFrom(text).address());
    }

    @Override
    public void run() {
        try {
            MethodHandle bound = call == null ? bind() : call;
            call = bound;
            for (int i = 0; i < count; i++) {
                long address = results.address() + 8L * i;
                if (results.getAtIndex(ValueLayout.JAVA_LONG, i) != 0) {
                    release.invokeExact(address);
                }
            }
            bound.invokeExact();
        } catch (Throwable e) {
            throw Libtorch.failed(e);
        }
    }

    private MethodHandle bind() {
        MethodHandle function = torch.function(symbol, layouts.toArray(MemoryLayout[]::new));
        return MethodHandles.insertArguments(function, 0, values.toArray());
    }

    /** A result of the last call; a tuple of libstdc++ has its last element first. */
    NDArray result(int index) {
        return torch.view(results.address() + 8L * (count - 1 - index));
    }
}
