// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DType;
import dev.keyway.spi.ArgReduceOp;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.CompareOp;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Kernel.Kernel0;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.Kernel.Kernel3;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.RandomOp;
import dev.keyway.spi.ReduceOp;
import dev.keyway.spi.ScanOp;
import dev.keyway.spi.ScatterOp;
import dev.keyway.spi.UnaryOp;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The kernels that one backend named; created when first asked for. */
final class KernelTable implements KernelRegistry {
    /**
     * A kernel and the layout of inputs it takes.
     *
     * @param kernel the vendor's kernel
     * @param layout what it takes
     */
    record Entry(Kernel kernel, Layout layout) {}

    private record Family(Layout layout, OpcodeFactory<?, ?> factory) {}

    private record Whole(Layout layout, Function<DType, @Nullable Kernel> factory) {}

    private record Key(Object opcode, DType dtype, DType from) {}

    private final Map<Class<?>, Family> families = new HashMap<>();
    private final Map<Primitive, Whole> primitives = new HashMap<>();
    private final Map<String, Whole> operators = new HashMap<>();
    private final Map<Key, Entry> created = new ConcurrentHashMap<>();
    private @Nullable CopyFactory copy;

    /** The primitives without an opcode. */
    enum Primitive {
        WHERE,
        FILL,
        SORT,
        MATMUL,
        GATHER,
        ARANGE,
        COPY
    }

    @Override
    public void unary(Layout layout, OpcodeFactory<UnaryOp, Kernel1> factory) {
        families.put(UnaryOp.class, new Family(layout, factory));
    }

    @Override
    public void binary(Layout layout, OpcodeFactory<BinaryOp, Kernel2> factory) {
        families.put(BinaryOp.class, new Family(layout, factory));
    }

    @Override
    public void compare(Layout layout, OpcodeFactory<CompareOp, Kernel2> factory) {
        families.put(CompareOp.class, new Family(layout, factory));
    }

    @Override
    public void where(Layout layout, Function<DType, @Nullable Kernel3> factory) {
        primitives.put(Primitive.WHERE, new Whole(layout, factory::apply));
    }

    @Override
    public void fill(Function<DType, @Nullable Kernel0> factory) {
        primitives.put(Primitive.FILL, new Whole(Layout.STRIDED, factory::apply));
    }

    @Override
    public void copy(CopyFactory factory) {
        copy = factory;
    }

    @Override
    public void reduce(Layout layout, OpcodeFactory<ReduceOp, Kernel1> factory) {
        families.put(ReduceOp.class, new Family(layout, factory));
    }

    @Override
    public void argReduce(Layout layout, OpcodeFactory<ArgReduceOp, Kernel1> factory) {
        families.put(ArgReduceOp.class, new Family(layout, factory));
    }

    @Override
    public void scan(Layout layout, OpcodeFactory<ScanOp, Kernel1> factory) {
        families.put(ScanOp.class, new Family(layout, factory));
    }

    @Override
    public void sort(Layout layout, Function<DType, @Nullable KernelN> factory) {
        primitives.put(Primitive.SORT, new Whole(layout, factory::apply));
    }

    @Override
    public void matmul(Layout layout, Function<DType, @Nullable Kernel2> factory) {
        primitives.put(Primitive.MATMUL, new Whole(layout, factory::apply));
    }

    @Override
    public void gather(Layout layout, Function<DType, @Nullable Kernel2> factory) {
        primitives.put(Primitive.GATHER, new Whole(layout, factory::apply));
    }

    @Override
    public void scatter(Layout layout, OpcodeFactory<ScatterOp, Kernel2> factory) {
        families.put(ScatterOp.class, new Family(layout, factory));
    }

    @Override
    public void random(OpcodeFactory<RandomOp, Kernel0> factory) {
        families.put(RandomOp.class, new Family(Layout.CONTIGUOUS, factory));
    }

    @Override
    public void arange(Function<DType, @Nullable Kernel0> factory) {
        primitives.put(Primitive.ARANGE, new Whole(Layout.CONTIGUOUS, factory::apply));
    }

    @Override
    public void operator(
            String qualifiedName, Layout layout, Function<DType, @Nullable Kernel> factory) {
        operators.put(qualifiedName, new Whole(layout, factory));
    }

    /** The kernel of a family. */
    @Nullable Entry family(Enum<?> opcode, DType dtype) {
        return get(opcode, dtype, dtype, () -> createFamily(opcode, dtype));
    }

    /** The kernel of a primitive without an opcode. */
    @Nullable Entry primitive(Primitive primitive, DType dtype) {
        return get(primitive, dtype, dtype, () -> create(primitives.get(primitive), dtype));
    }

    /** The kernel that converts. */
    @Nullable Entry copy(DType from, DType to) {
        return get(Primitive.COPY, to, from, () -> createCopy(from, to));
    }

    /** The backend's kernel for a whole operator. */
    @Nullable Entry operator(String qualifiedName, DType dtype) {
        return get(qualifiedName, dtype, dtype, () -> create(operators.get(qualifiedName), dtype));
    }

    private @Nullable Entry get(
            Object opcode,
            DType dtype,
            DType from,
            java.util.function.Supplier<@Nullable Entry> make) {
        Key key = new Key(opcode, dtype, from);
        Entry entry = created.get(key);
        if (entry == null) {
            entry = make.get();
            if (entry != null) {
                created.put(key, entry);
            }
        }
        return entry;
    }

    @SuppressWarnings("unchecked")
    private @Nullable Entry createFamily(Enum<?> opcode, DType dtype) {
        Family family = families.get(opcode.getDeclaringClass());
        if (family == null) {
            return null;
        }
        Kernel kernel = ((OpcodeFactory<Enum<?>, Kernel>) family.factory).create(opcode, dtype);
        return kernel == null ? null : new Entry(kernel, family.layout);
    }

    private static @Nullable Entry create(@Nullable Whole whole, DType dtype) {
        if (whole == null) {
            return null;
        }
        Kernel kernel = whole.factory.apply(dtype);
        return kernel == null ? null : new Entry(kernel, whole.layout);
    }

    private @Nullable Entry createCopy(DType from, DType to) {
        Kernel kernel = copy == null ? null : copy.create(from, to);
        return kernel == null ? null : new Entry(kernel, Layout.STRIDED);
    }
}
