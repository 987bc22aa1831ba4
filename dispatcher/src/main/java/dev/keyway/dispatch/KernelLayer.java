// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DType;
import dev.keyway.KeywayException;
import dev.keyway.PluginException;
import dev.keyway.spi.ArgReduceOp;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.CompareOp;
import dev.keyway.spi.FusedKernels;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Kernel.Kernel0;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.Kernel.Kernel3;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.PluginInfo;
import dev.keyway.spi.PointwiseProgram;
import dev.keyway.spi.RandomOp;
import dev.keyway.spi.ReduceOp;
import dev.keyway.spi.ScanOp;
import dev.keyway.spi.ScatterOp;
import dev.keyway.spi.UnaryOp;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The kernels that one plugin named for one device type; created when first asked for. Nothing can
 * be named after {@link #seal}.
 */
final class KernelLayer implements KernelRegistry {
    /**
     * A kernel, the layout of inputs it takes, and who named it.
     *
     * @param kernel the vendor's kernel
     * @param layout what it takes
     * @param layer where it was named
     */
    record Entry(Kernel kernel, Layout layout, KernelLayer layer) {}

    /** Programs that are kept; beyond, all are made anew. */
    private static final int PROGRAMS = 1 << 8;

    private record Family(Layout layout, OpcodeFactory<?, ?> factory) {}

    private record Whole(Layout layout, Function<DType, @Nullable Kernel> factory) {}

    private record Key(Object opcode, DType dtype, DType from) {}

    private final Map<Class<?>, Family> families = new HashMap<>();
    private final Map<Primitive, Whole> primitives = new HashMap<>();
    private final Map<String, Map<Layout, Whole>> operators = new HashMap<>();
    private final Map<Key, Entry> created = new ConcurrentHashMap<>();
    private final PluginInfo plugin;
    private final String deviceType;
    private final int ranking;
    private final long sequence;
    private @Nullable CopyFactory copy;
    private @Nullable FusedKernels fused;
    private final Map<PointwiseProgram, KernelN> programs = new ConcurrentHashMap<>();
    private boolean sealed;

    /** Nothing yet; {@code sequence} grows with each registration. */
    KernelLayer(PluginInfo plugin, String deviceType, int ranking, long sequence) {
        this.plugin = plugin;
        this.deviceType = deviceType;
        this.ranking = ranking;
        this.sequence = sequence;
    }

    /** The primitives without an opcode. */
    enum Primitive {
        WHERE,
        FILL,
        SORT,
        MATMUL,
        GATHER,
        ARANGE,
        NONZERO,
        COPY
    }

    @Override
    public void unary(Layout layout, OpcodeFactory<UnaryOp, Kernel1> factory) {
        family(UnaryOp.class, layout, factory);
    }

    @Override
    public void binary(Layout layout, OpcodeFactory<BinaryOp, Kernel2> factory) {
        family(BinaryOp.class, layout, factory);
    }

    @Override
    public void compare(Layout layout, OpcodeFactory<CompareOp, Kernel2> factory) {
        family(CompareOp.class, layout, factory);
    }

    @Override
    public void where(Layout layout, Function<DType, @Nullable Kernel3> factory) {
        primitive(Primitive.WHERE, layout, factory::apply);
    }

    @Override
    public void fill(Function<DType, @Nullable Kernel0> factory) {
        primitive(Primitive.FILL, Layout.STRIDED, factory::apply);
    }

    @Override
    public void copy(CopyFactory factory) {
        requireOpen();
        copy = factory;
    }

    @Override
    public void reduce(Layout layout, OpcodeFactory<ReduceOp, Kernel1> factory) {
        family(ReduceOp.class, layout, factory);
    }

    @Override
    public void argReduce(Layout layout, OpcodeFactory<ArgReduceOp, Kernel1> factory) {
        family(ArgReduceOp.class, layout, factory);
    }

    @Override
    public void scan(Layout layout, OpcodeFactory<ScanOp, Kernel1> factory) {
        family(ScanOp.class, layout, factory);
    }

    @Override
    public void sort(Layout layout, Function<DType, @Nullable KernelN> factory) {
        primitive(Primitive.SORT, layout, factory::apply);
    }

    @Override
    public void matmul(Layout layout, Function<DType, @Nullable Kernel2> factory) {
        primitive(Primitive.MATMUL, layout, factory::apply);
    }

    @Override
    public void gather(Layout layout, Function<DType, @Nullable Kernel2> factory) {
        primitive(Primitive.GATHER, layout, factory::apply);
    }

    @Override
    public void scatter(Layout layout, OpcodeFactory<ScatterOp, Kernel2> factory) {
        family(ScatterOp.class, layout, factory);
    }

    @Override
    public void random(OpcodeFactory<RandomOp, Kernel0> factory) {
        family(RandomOp.class, Layout.CONTIGUOUS, factory);
    }

    @Override
    public void nonzero(Layout layout, Function<DType, @Nullable KernelN> factory) {
        primitive(Primitive.NONZERO, layout, factory::apply);
    }

    @Override
    public void arange(Function<DType, @Nullable Kernel0> factory) {
        primitive(Primitive.ARANGE, Layout.CONTIGUOUS, factory::apply);
    }

    @Override
    public void operator(
            String qualifiedName, Layout layout, Function<DType, @Nullable Kernel> factory) {
        requireOpen();
        operators
                .computeIfAbsent(qualifiedName, _ -> new LinkedHashMap<>())
                .put(layout, new Whole(layout, factory));
    }

    @Override
    public void fused(FusedKernels kernels) {
        requireOpen();
        fused = kernels;
    }

    private void family(Class<?> opcodes, Layout layout, OpcodeFactory<?, ?> factory) {
        requireOpen();
        families.put(opcodes, new Family(layout, factory));
    }

    private void primitive(
            Primitive primitive, Layout layout, Function<DType, @Nullable Kernel> factory) {
        requireOpen();
        primitives.put(primitive, new Whole(layout, factory));
    }

    private void requireOpen() {
        if (sealed) {
            throw new PluginException(
                    plugin + ": kernels are named in register, not after it has returned");
        }
    }

    /** The plugin has named all; returns this. */
    KernelLayer seal() {
        sealed = true;
        return this;
    }

    /** Whether the kernel was made here. */
    boolean made(Kernel kernel) {
        return created.values().stream().anyMatch(entry -> entry.kernel() == kernel)
                || programs.containsValue(kernel);
    }

    PluginInfo plugin() {
        return plugin;
    }

    String deviceType() {
        return deviceType;
    }

    int ranking() {
        return ranking;
    }

    /** Best first: ranking, then symbolic name; within one plugin the newest. */
    static final Comparator<KernelLayer> ORDER =
            Comparator.comparingInt((KernelLayer layer) -> -layer.ranking)
                    .thenComparing(layer -> layer.plugin.symbolicName())
                    .thenComparing(layer -> layer.plugin.version(), Versions.NEWEST_FIRST)
                    .thenComparingLong(layer -> -layer.sequence);

    /** Why this layer comes after the other in {@link #ORDER}. */
    String losesTo(KernelLayer other) {
        if (ranking != other.ranking) {
            return "ranking " + ranking + " is below " + other.ranking + " of " + other.plugin;
        }
        if (!plugin.symbolicName().equals(other.plugin.symbolicName())) {
            return "the ranking is that of " + other.plugin + ", whose name comes first";
        }
        return other.plugin + " is newer";
    }

    /** What computes chains; null where the plugin has none. */
    @Nullable FusedKernels fused() {
        return fused;
    }

    /** The kernel of a chain. */
    KernelN fused(PointwiseProgram program) {
        KernelN kernel = programs.get(program);
        if (kernel == null) {
            FusedKernels factory = Objects.requireNonNull(fused);
            kernel = create(() -> factory.create(program), "a chain of operators");
            if (programs.size() >= PROGRAMS) {
                programs.clear();
            }
            programs.put(program, kernel);
        }
        return kernel;
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

    /** The kernel for a whole operator. */
    @Nullable Entry operator(String qualifiedName, DType dtype) {
        return get(qualifiedName, dtype, dtype, () -> createOperator(qualifiedName, dtype));
    }

    /** By the first of its layouts in which there is a kernel. */
    private @Nullable Entry createOperator(String qualifiedName, DType dtype) {
        for (Whole whole : operators.getOrDefault(qualifiedName, Map.of()).values()) {
            Entry entry = create(whole, dtype);
            if (entry != null) {
                return entry;
            }
        }
        return null;
    }

    private @Nullable Entry get(
            Object opcode, DType dtype, DType from, Supplier<@Nullable Entry> make) {
        Key key = new Key(opcode, dtype, from);
        Entry entry = created.get(key);
        if (entry == null) {
            entry = create(make, opcode + " in " + dtype);
            if (entry != null) {
                created.put(key, entry);
            }
        }
        return entry;
    }

    /** What a factory throws is told with whose it is. */
    private <T extends @Nullable Object> T create(Supplier<T> make, String what) {
        try {
            return make.get();
        } catch (KeywayException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw new PluginException(
                    plugin + ": creating its kernel for " + what + " failed: " + e, e);
        }
    }

    @SuppressWarnings("unchecked")
    private @Nullable Entry createFamily(Enum<?> opcode, DType dtype) {
        Family family = families.get(opcode.getDeclaringClass());
        if (family == null) {
            return null;
        }
        Kernel kernel = ((OpcodeFactory<Enum<?>, Kernel>) family.factory).create(opcode, dtype);
        return kernel == null ? null : new Entry(kernel, family.layout, this);
    }

    private @Nullable Entry create(@Nullable Whole whole, DType dtype) {
        if (whole == null) {
            return null;
        }
        Kernel kernel = whole.factory.apply(dtype);
        return kernel == null ? null : new Entry(kernel, whole.layout, this);
    }

    private @Nullable Entry createCopy(DType from, DType to) {
        Kernel kernel = copy == null ? null : copy.create(from, to);
        return kernel == null ? null : new Entry(kernel, Layout.STRIDED, this);
    }
}
