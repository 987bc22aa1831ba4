// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.oracle.HostBytes;
import dev.keyway.conformance.sample.Input;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.LongList;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorList;
import org.bytedeco.pytorch.TensorOptionalList;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

import java.util.List;

/** Arguments and results between the suite and libtorch. */
final class LibtorchValues {
    private LibtorchValues() {}

    static ScalarType scalarType(ElementType type) {
        return switch (type) {
            case BOOL -> ScalarType.Bool;
            case U8 -> ScalarType.Byte;
            case I8 -> ScalarType.Char;
            case I16 -> ScalarType.Short;
            case I32 -> ScalarType.Int;
            case I64 -> ScalarType.Long;
            case F16 -> ScalarType.Half;
            case BF16 -> ScalarType.BFloat16;
            case F32 -> ScalarType.Float;
            case F64 -> ScalarType.Double;
        };
    }

    static ElementType elementType(ScalarType scalarType) {
        for (ElementType type : ElementType.values()) {
            if (scalarType(type).value == scalarType.value) {
                return type;
            }
        }
        throw new IllegalArgumentException("libtorch returned " + scalarType);
    }

    static Tensor tensor(HostArray array) {
        byte[] bytes = HostBytes.encode(array);
        try (BytePointer data = new BytePointer(Math.max(bytes.length, 1))) {
            data.put(bytes);
            TensorOptions options = new TensorOptions(scalarType(array.type()));
            return torch.from_blob(data, array.shape(), options).clone();
        }
    }

    static HostArray array(Tensor tensor) {
        Tensor dense = tensor.contiguous();
        ElementType type = elementType(dense.scalar_type());
        byte[] bytes = new byte[Math.toIntExact(dense.numel() * type.bytes())];
        if (bytes.length > 0) {
            try (BytePointer data = new BytePointer(dense.data_ptr())) {
                data.capacity(bytes.length).get(bytes);
            }
        }
        return HostBytes.decode(type, shape(dense), bytes);
    }

    static long[] shape(Tensor tensor) {
        long[] shape = new long[Math.toIntExact(tensor.dim())];
        for (int d = 0; d < shape.length; d++) {
            shape[d] = tensor.size(d);
        }
        return shape;
    }

    /** A value of the suite as libtorch's boxed call takes it. */
    static IValue box(@Nullable Object value) {
        return switch (value) {
            case null -> new IValue();
            case Tensor tensor -> new IValue(tensor);
            case HostArray array -> new IValue(tensor(array));
            case Input input -> new IValue(tensor(input.array()));
            case Long number -> new IValue((long) number);
            case Double number -> new IValue((double) number);
            case Boolean flag -> new IValue((boolean) flag);
            case String text -> new IValue(text);
            case ElementType type -> new IValue((long) scalarType(type).value);
            case long[] list -> integers(list);
            case boolean[] list -> flags(list);
            case OptionalTensors list -> optionalTensors(list.values());
            case List<?> list -> tensors(list);
            default -> throw new IllegalArgumentException("can't pass " + value.getClass());
        };
    }

    private static IValue integers(long[] values) {
        GenericList list = new GenericList(new LongList().elementType());
        for (long value : values) {
            list.push_back(new IValue(value));
        }
        return new IValue(list);
    }

    private static IValue flags(boolean[] values) {
        GenericList list = new GenericList(new org.bytedeco.pytorch.BooleanList().elementType());
        for (boolean value : values) {
            list.push_back(new IValue(value));
        }
        return new IValue(list);
    }

    /**
     * A list of tensors with gaps.
     *
     * @param values inputs and nulls
     */
    record OptionalTensors(List<?> values) {}

    private static IValue optionalTensors(List<?> values) {
        GenericList list = new GenericList(new TensorOptionalList().elementType());
        for (Object value : values) {
            list.push_back(box(value));
        }
        return new IValue(list);
    }

    private static IValue tensors(List<?> values) {
        GenericList list = new GenericList(new TensorList().elementType());
        for (Object value : values) {
            list.push_back(box(value));
        }
        return new IValue(list);
    }
}
