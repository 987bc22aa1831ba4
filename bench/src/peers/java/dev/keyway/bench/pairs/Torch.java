// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.bench.peers.Libtorch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** libtorch's operators by the names of its schemas, without JNI and on our tensors' memory. */
final class Torch {
    private static final String BEGIN = "_ZN2at4_ops";
    private static final String END = "4callE";
    private static final String RELEASE =
            "_ZN3c1013intrusive_ptrINS_10TensorImplENS_19UndefinedTensorImplEE6reset_Ev";

    private final Libtorch library;
    private final NDManager manager;
    private final Map<String, String> operators;
    private final MethodHandle release;

    /** Loads it, for the calling thread. */
    Torch(int threads) {
        library = new Libtorch(threads);
        manager = Engine.getEngine("PyTorch").newBaseManager();
        operators = ElfSymbols.between(ElfSymbols.loaded("libtorch_cpu.so"), BEGIN, END);
        release = library.function(RELEASE, ValueLayout.JAVA_LONG);
    }

    String version() {
        return library.version();
    }

    /**
     * A call that can be repeated.
     *
     * @param results how many tensors it returns by value; 0 for a form that writes its arguments
     * @param operator name and overload, as {@code topk_values}
     * @param values its arguments: {@link Operand}, numbers, {@code boolean}, {@code long[]},
     *     {@code String}, lists of operands, null for an optional without a value
     */
    TorchCall call(Arena arena, int results, String operator, @Nullable Object... values) {
        String mangled = operators.get(operator.length() + operator);
        if (mangled == null) {
            throw new IllegalArgumentException("libtorch has no operator " + operator);
        }
        List<String> types = MangledTypes.of(mangled);
        if (types.size() != values.length) {
            throw new IllegalArgumentException(operator + types + " got " + values.length);
        }
        TorchArguments arguments = new TorchArguments(arena);
        int written = results > 0 ? 0 : written(values);
        MemorySegment returned = arena.allocate(Math.max(1, Math.max(results, written)) * 8L, 8);
        List<MemoryLayout> layouts = new ArrayList<>();
        List<Object> bound = new ArrayList<>();
        if (results > 0 || written > 1) {
            layouts.add(ValueLayout.JAVA_LONG);
            bound.add(returned.address());
        }
        for (int i = 0; i < values.length; i++) {
            TorchArguments.Argument argument = arguments.of(types.get(i), values[i]);
            layouts.add(argument.layout());
            bound.add(argument.value());
        }
        MethodHandle function = library.function(mangled, layouts.toArray(MemoryLayout[]::new));
        MethodHandle call = MethodHandles.insertArguments(function, 0, bound.toArray());
        return new TorchCall(call, release, results == 0 ? MemorySegment.NULL : returned);
    }

    /** How many tensors a call writes: it returns a tuple of references when these are several. */
    private static int written(@Nullable Object... values) {
        int count = 0;
        for (Object value : values) {
            count += value instanceof Operand operand && operand.isResult() ? 1 : 0;
        }
        return count;
    }

    /** libtorch's tensor on a tensor's memory; the object lives as long as the arena. */
    MemorySegment on(Arena arena, Tensor tensor) {
        MemorySegment bytes =
                MemorySegment.ofAddress(tensor.storage().address())
                        .reinterpret(tensor.storage().nbytes());
        NDArray raw =
                manager.create(
                        bytes.asByteBuffer().order(ByteOrder.nativeOrder()),
                        new Shape(bytes.byteSize()),
                        DataType.UINT8);
        Operand flat =
                new Operand(
                        tensor,
                        tensor,
                        MemorySegment.ofAddress(Libtorch.address(raw)).reinterpret(8));
        Operand typed =
                new Operand(tensor, tensor, once(arena, "view_dtype", flat, code(tensor.dtype())));
        return once(
                arena,
                "as_strided",
                typed,
                tensor.sizes(),
                tensor.strides(),
                tensor.storageOffset());
    }

    private MemorySegment once(Arena arena, String operator, @Nullable Object... values) {
        TorchCall call = call(arena, 1, operator, values);
        call.run();
        return call.returned();
    }

    /** What {@code c10::ScalarType} says for a dtype. */
    static int code(DType dtype) {
        return switch (dtype) {
            case U8 -> 0;
            case I8 -> 1;
            case I16 -> 2;
            case I32 -> 3;
            case I64 -> 4;
            case F16 -> 5;
            case F32 -> 6;
            case F64 -> 7;
            case BOOL -> 11;
            case BF16 -> 15;
        };
    }
}
