// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The names that a shared library of 64-bit ELF exports. */
final class ElfSymbols {
    private static final int SECTION_TABLE = 0x28;
    private static final int SECTION_SIZE = 0x3a;
    private static final int SECTION_COUNT = 0x3c;
    private static final int DYNAMIC_SYMBOLS = 11;
    private static final int SYMBOL_SIZE = 24;

    private ElfSymbols() {}

    /** The library of this process whose path ends so. */
    static Path loaded(String file) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
                if (line.endsWith("/" + file)) {
                    return Path.of(line.substring(line.indexOf('/')));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException(file + " is not loaded");
    }

    /** The mangled names that begin and end so, by what is between. */
    static Map<String, String> between(Path library, String begin, String end) {
        Map<String, String> found = new HashMap<>();
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(library)) {
            MemorySegment file =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            long table = file.get(ValueLayout.JAVA_LONG_UNALIGNED, SECTION_TABLE);
            int size = file.get(ValueLayout.JAVA_SHORT_UNALIGNED, SECTION_SIZE);
            int count = file.get(ValueLayout.JAVA_SHORT_UNALIGNED, SECTION_COUNT);
            for (int i = 0; i < count; i++) {
                MemorySegment section = file.asSlice(table + (long) i * size, size);
                if (section.get(ValueLayout.JAVA_INT_UNALIGNED, 4) == DYNAMIC_SYMBOLS) {
                    int link = section.get(ValueLayout.JAVA_INT_UNALIGNED, 40);
                    MemorySegment strings = file.asSlice(table + (long) link * size, size);
                    collect(contents(file, section), contents(file, strings), begin, end, found);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static MemorySegment contents(MemorySegment file, MemorySegment section) {
        return file.asSlice(
                section.get(ValueLayout.JAVA_LONG_UNALIGNED, 24),
                section.get(ValueLayout.JAVA_LONG_UNALIGNED, 32));
    }

    private static void collect(
            MemorySegment symbols,
            MemorySegment strings,
            String begin,
            String end,
            Map<String, String> found) {
        for (long at = 0; at < symbols.byteSize(); at += SYMBOL_SIZE) {
            int name = symbols.get(ValueLayout.JAVA_INT_UNALIGNED, at);
            if (startsWith(strings, name, begin)) {
                String mangled = strings.getString(name);
                int stop = mangled.indexOf(end, begin.length());
                if (stop > 0) {
                    found.put(mangled.substring(begin.length(), stop), mangled);
                }
            }
        }
    }

    private static boolean startsWith(MemorySegment strings, int at, String begin) {
        for (int i = 0; i < begin.length(); i++) {
            if (strings.get(ValueLayout.JAVA_BYTE, at + i) != begin.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
