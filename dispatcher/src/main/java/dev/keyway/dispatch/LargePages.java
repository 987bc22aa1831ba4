// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.OutOfMemoryException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/**
 * Anonymous memory of Linux for which the kernel is asked to use pages of 2 MiB, as it does where
 * {@code /sys/kernel/mm/transparent_hugepage/enabled} says {@code madvise} or {@code always}: fewer
 * translations of addresses are missed, and fewer pages are first touched. Where it says {@code
 * never}, pages are as small as ever. Any thread.
 */
final class LargePages {
    /** Of a page, in bytes; what is allocated begins and ends at one. */
    static final long SIZE = 2 << 20;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    /** {@code PROT_READ | PROT_WRITE}. */
    private static final int READ_WRITE = 3;

    /** {@code MAP_PRIVATE | MAP_ANONYMOUS}. */
    private static final int ANONYMOUS = 0x22;

    private static final int MADV_HUGEPAGE = 14;
    private static final long MAP_FAILED = -1;

    private static final boolean LINUX =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");

    private LargePages() {}

    /** Whether the system has such calls. */
    static boolean exist() {
        return LINUX;
    }

    /**
     * Memory of at least so many bytes, all zeros.
     *
     * @return its address
     * @throws OutOfMemoryException if the system has no room
     */
    static long allocate(long bytes) {
        long length = length(bytes);
        long whole = length + SIZE;
        long first = Calls.map(whole);
        if (first == MAP_FAILED) {
            throw new OutOfMemoryException("the host has no room for " + bytes + " bytes");
        }
        long address = (first + SIZE - 1) & -SIZE;
        unmap(first, address - first);
        unmap(address + length, first + whole - address - length);
        Calls.advise(address, length);
        return address;
    }

    /** Gives memory of {@link #allocate} back. */
    static void free(long address, long bytes) {
        unmap(address, length(bytes));
    }

    private static long length(long bytes) {
        return (bytes + SIZE - 1) & -SIZE;
    }

    private static void unmap(long address, long bytes) {
        if (bytes > 0) {
            Calls.unmap(address, bytes);
        }
    }

    /** Looked up by whoever allocates first: other systems have no such symbols. */
    private static final class Calls {
        private static final MethodHandle MMAP =
                handle("mmap", FunctionDescriptor.of(LONG, LONG, LONG, INT, INT, INT, LONG));
        private static final MethodHandle MUNMAP =
                handle("munmap", FunctionDescriptor.of(INT, LONG, LONG));
        private static final MethodHandle MADVISE =
                handle("madvise", FunctionDescriptor.of(INT, LONG, LONG, INT));

        private static MethodHandle handle(String name, FunctionDescriptor type) {
            Linker linker = Linker.nativeLinker();
            SymbolLookup lookup = linker.defaultLookup();
            return linker.downcallHandle(lookup.findOrThrow(name), type);
        }

        static long map(long bytes) {
            try {
                return (long) MMAP.invokeExact(0L, bytes, READ_WRITE, ANONYMOUS, -1, 0L);
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        }

        static void unmap(long address, long bytes) {
            int failed;
            try {
                failed = (int) MUNMAP.invokeExact(address, bytes);
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
            if (failed != 0) {
                throw new IllegalStateException(
                        "munmap of " + bytes + " bytes at 0x" + Long.toHexString(address));
            }
        }

        /** Advice that the system does not take changes nothing. */
        static void advise(long address, long bytes) {
            try {
                int ignored = (int) MADVISE.invokeExact(address, bytes, MADV_HUGEPAGE);
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        }
    }
}
