// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * oneDNN's C functions through the foreign function interface. Pointers to its objects are numbers.
 * It takes its threads from the environment. Constants are those of {@code dnnl_types.h}.
 */
final class OneDnn {
    static final int SOURCE = 1;
    static final int TARGET = 17;
    static final int WEIGHTS = 33;
    static final int BIAS = 41;
    static final int QUERY_SOURCE = 129;
    static final int QUERY_WEIGHTS = 131;
    static final int QUERY_TARGET = 133;
    private static final int QUERY_NAME = 8;
    private static final int CPU = 1;
    private static final int F32 = 3;
    private static final int ANY = 1;

    /** {@code dnnl_a}; {@code ab}, {@code abc} and so on follow. */
    private static final int PLAIN_1D = 2;

    private static final long ALLOCATE = -1;
    private static final ValueLayout P = ValueLayout.JAVA_LONG;
    private static final ValueLayout I = ValueLayout.JAVA_INT;

    private static boolean loaded;

    final Arena arena = Arena.ofShared();
    private final SymbolLookup symbols;
    private final MethodHandle execute;
    private final MethodHandle await;
    private final long engine;
    private final long stream;

    OneDnn() {
        load();
        symbols = SymbolLookup.loaderLookup();
        engine = make("dnnl_engine_create", List.of(I, P), CPU, 0L);
        stream = make("dnnl_stream_create", List.of(P, I), engine, 1);
        execute = handle("dnnl_primitive_execute", P, P, I, P);
        await = handle("dnnl_stream_wait", P);
    }

    /** The natives without the Java classes that come with them, which ask for OpenCL. */
    private static synchronized void load() {
        if (loaded) {
            return;
        }
        try {
            Path folder = Files.createTempDirectory("keyway-bench-onednn");
            for (String file : new String[] {"libgomp.so.1", "libdnnl.so.3"}) {
                Path copy = folder.resolve(file);
                String resource = "/org/bytedeco/dnnl/linux-x86_64/" + file;
                try (InputStream in = OneDnn.class.getResourceAsStream(resource)) {
                    if (in == null) {
                        throw new IllegalStateException("no " + resource + " on the class path");
                    }
                    Files.copy(in, copy);
                }
                System.load(copy.toString());
                Files.delete(copy);
            }
            Files.delete(folder);
            loaded = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private MethodHandle handle(String name, MemoryLayout... arguments) {
        MemorySegment symbol =
                symbols.find(name)
                        .orElseThrow(() -> new IllegalStateException("oneDNN lacks " + name));
        return Linker.nativeLinker().downcallHandle(symbol, FunctionDescriptor.of(I, arguments));
    }

    /** Calls a function whose first argument is where the new object's pointer goes. */
    long make(String name, List<? extends MemoryLayout> types, Object... arguments) {
        MemorySegment result = arena.allocate(P);
        MemoryLayout[] all = new MemoryLayout[types.size() + 1];
        Object[] values = new Object[all.length];
        all[0] = P;
        values[0] = result.address();
        for (int i = 0; i < arguments.length; i++) {
            all[i + 1] = types.get(i);
            values[i + 1] = arguments[i];
        }
        try {
            check(name, (int) handle(name, all).invokeWithArguments(values));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(name + " failed", e);
        }
        return result.get(ValueLayout.JAVA_LONG, 0);
    }

    private static void check(String name, int status) {
        if (status != 0) {
            throw new IllegalStateException(name + " answered status " + status);
        }
    }

    long numbers(long... values) {
        return arena.allocateFrom(ValueLayout.JAVA_LONG, values).address();
    }

    /** A description of a tensor, in row-major order or in whatever order the primitive likes. */
    long description(boolean plain, long... sizes) {
        return make(
                "dnnl_memory_desc_create_with_tag",
                List.of(I, P, I, I),
                sizes.length,
                numbers(sizes),
                F32,
                plain ? PLAIN_1D + sizes.length - 1 : ANY);
    }

    /** What the primitive chose. */
    long chosen(long primitive, int what) {
        MethodHandle query = handleOf("dnnl_primitive_desc_query_md", P, P, I, I);
        try {
            return (long) query.invoke(primitive, what, 0);
        } catch (Throwable e) {
            throw new IllegalStateException("asking oneDNN failed", e);
        }
    }

    private MethodHandle handleOf(String name, MemoryLayout result, MemoryLayout... arguments) {
        MemorySegment symbol =
                symbols.find(name)
                        .orElseThrow(() -> new IllegalStateException("oneDNN lacks " + name));
        return Linker.nativeLinker()
                .downcallHandle(symbol, FunctionDescriptor.of(result, arguments));
    }

    /** Memory of the library's own, or that at the address. */
    long memory(long description, long address) {
        long data = address == 0 ? ALLOCATE : address;
        return make("dnnl_memory_create", List.of(P, P, P), description, engine, data);
    }

    long primitive(long description) {
        return make("dnnl_primitive_create", List.of(P), description);
    }

    long engine() {
        return engine;
    }

    /** Copies into another layout. */
    void reorder(long from, long fromMemory, long to, long toMemory) {
        long description =
                make(
                        "dnnl_reorder_primitive_desc_create",
                        List.of(P, P, P, P, P),
                        from,
                        engine,
                        to,
                        engine,
                        0L);
        execute(primitive(description), arguments(SOURCE, fromMemory, TARGET, toMemory), 2);
    }

    /** Pairs of an argument's number and its memory, as {@link #execute} takes them. */
    long arguments(long... pairs) {
        return numbers(pairs);
    }

    /** Runs a primitive and waits. */
    void execute(long primitive, long arguments, int count) {
        try {
            check("execute", (int) execute.invokeExact(primitive, stream, count, arguments));
            check("wait", (int) await.invokeExact(stream));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("running a oneDNN primitive failed", e);
        }
    }

    /** The implementation that was chosen, such as {@code jit:avx512_core}. */
    String implementation(long primitiveDescription) {
        MemorySegment text = arena.allocate(P);
        MethodHandle query = handle("dnnl_primitive_desc_query", P, I, I, P);
        try {
            check("query", (int) query.invoke(primitiveDescription, QUERY_NAME, 0, text.address()));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("asking oneDNN failed", e);
        }
        return string(text.get(ValueLayout.JAVA_LONG, 0));
    }

    /** Its version. */
    String version() {
        try {
            long address = (long) handleOf("dnnl_version", P, new MemoryLayout[0]).invoke();
            MemorySegment version = MemorySegment.ofAddress(address).reinterpret(12);
            return "oneDNN "
                    + version.get(ValueLayout.JAVA_INT, 0)
                    + "."
                    + version.get(ValueLayout.JAVA_INT, 4)
                    + "."
                    + version.get(ValueLayout.JAVA_INT, 8);
        } catch (Throwable e) {
            throw new IllegalStateException("asking oneDNN failed", e);
        }
    }

    private static String string(long address) {
        return MemorySegment.ofAddress(address).reinterpret(256).getString(0);
    }
}
