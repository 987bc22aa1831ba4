// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.function.Executable;

/** Makes IDX files, right and wrong. */
final class IdxBytes {
    private IdxBytes() {}

    /** A header and counting elements, as many as the sizes say. */
    static byte[] counting(int... sizes) {
        int count = 1;
        for (int size : sizes) {
            count *= size;
        }
        byte[] elements = new byte[count];
        for (int i = 0; i < count; i++) {
            elements[i] = (byte) i;
        }
        return file(elements, sizes);
    }

    /** A header and these elements, whether they fit or not. */
    static byte[] file(byte[] elements, int... sizes) {
        ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * sizes.length + elements.length);
        buffer.putInt(0x800 | sizes.length);
        for (int size : sizes) {
            buffer.putInt(size);
        }
        return buffer.put(elements).array();
    }

    static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    /** Expects one line that names the file and says the rest. */
    static void fails(Path file, Executable work, String... parts) {
        String message = assertThrows(DataException.class, work).getMessage();
        assertTrue(message.startsWith("data file " + file), message);
        assertEquals(1, message.lines().count(), message);
        assertFalse(message.contains("null"), message);
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }
}
