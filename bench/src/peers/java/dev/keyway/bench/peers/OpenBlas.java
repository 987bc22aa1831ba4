// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import dev.keyway.bench.compare.ContestFamily;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;

/** Matrix products against OpenBLAS, called through the foreign function interface. */
public final class OpenBlas implements ContestFamily {
    private static final int[] SQUARES = {16, 32, 64, 128, 256, 384, 512, 768, 1024, 1536, 2048};
    private static final int[][] OTHERS = {
        {128, 384, 384}, {128, 1536, 384}, {128, 384, 1536}, {1000, 1, 512}
    };

    /** For {@code ServiceLoader}. */
    public OpenBlas() {}

    @Override
    public String peer() {
        return "OpenBLAS";
    }

    @Override
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (int size : SQUARES) {
            boolean quick = size == 256 || size == 1024;
            entries.add(entry(size, size, size, quick));
        }
        for (int[] sizes : OTHERS) {
            entries.add(entry(sizes[0], sizes[1], sizes[2], sizes[1] == 1536 || sizes[1] == 1));
        }
        return entries;
    }

    private static Entry entry(int m, int n, int k, boolean quick) {
        String name = "sgemm " + m + "x" + k + "x" + n;
        return new Entry(name, quick, threads -> new SgemmContest(m, n, k, threads));
    }

    /** Loads the library and sets its threads. */
    static MethodHandle load(String function, int threads, FunctionDescriptor descriptor) {
        Loader.load(openblas.class);
        try {
            handle("openblas_set_num_threads", FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT))
                    .invoke(threads);
        } catch (Throwable e) {
            throw new IllegalStateException("telling OpenBLAS its threads failed", e);
        }
        return handle(function, descriptor);
    }

    private static MethodHandle handle(String function, FunctionDescriptor descriptor) {
        MemorySegment symbol =
                SymbolLookup.loaderLookup()
                        .find(function)
                        .orElseThrow(() -> new IllegalStateException("OpenBLAS lacks " + function));
        return Linker.nativeLinker().downcallHandle(symbol, descriptor);
    }

    /** Version, kernels and threads, as the library tells them. */
    static String description(int threads) {
        MethodHandle config =
                load(
                        "openblas_get_config",
                        threads,
                        FunctionDescriptor.of(ValueLayout.ADDRESS, new MemoryLayout[0]));
        try {
            MemorySegment text = (MemorySegment) config.invoke();
            return text.reinterpret(256).getString(0).strip()
                    + ", cblas_sgemm, idle threads sleep after 2^20 cycles";
        } catch (Throwable e) {
            throw new IllegalStateException("asking OpenBLAS what it is failed", e);
        }
    }
}
