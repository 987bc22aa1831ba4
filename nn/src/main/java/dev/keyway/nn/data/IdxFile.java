// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * Unsigned bytes in the IDX format (LeCun, "The MNIST database"): two zero bytes, the type 0x08,
 * the number of dimensions, each size as a big-endian 32-bit number, then the elements. Gzip is
 * recognised by content.
 *
 * @param sizes the sizes
 * @param elements row-major
 */
@SuppressWarnings("ArrayRecordComponent")
public record IdxFile(int[] sizes, byte[] elements) {
    private static final int UNSIGNED_BYTE = 0x08;

    /**
     * Reads a file.
     *
     * @throws DataException naming the file, what was expected and what came
     */
    public static IdxFile read(Path file, int dimensions) {
        byte[] bytes = content(file);
        if (bytes.length < 4) {
            throw error(file, "has " + bytes.length + " bytes, too short for an IDX header");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int magic = buffer.getInt();
        int expected = UNSIGNED_BYTE << 8 | dimensions;
        if (magic != expected) {
            throw error(
                    file,
                    String.format(
                            "starts with 0x%08x, expected 0x%08x (unsigned bytes, %d dimensions)",
                            magic, expected, dimensions));
        }
        if (buffer.remaining() < 4 * dimensions) {
            throw error(file, "ends inside the header at byte " + bytes.length);
        }
        int[] sizes = new int[dimensions];
        long count = 1;
        for (int d = 0; d < dimensions; d++) {
            sizes[d] = buffer.getInt();
            if (sizes[d] < 0) {
                throw error(file, "has size " + sizes[d] + " in dimension " + d);
            }
            count *= sizes[d];
        }
        if (buffer.remaining() != count) {
            throw error(
                    file,
                    "holds "
                            + buffer.remaining()
                            + " elements from byte "
                            + buffer.position()
                            + ", sizes "
                            + Arrays.toString(sizes)
                            + " need "
                            + count
                            + (buffer.remaining() < count ? "; it is truncated" : ""));
        }
        return new IdxFile(sizes, Arrays.copyOfRange(bytes, buffer.position(), bytes.length));
    }

    private static byte[] content(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            boolean gzip = bytes.length > 1 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
            if (!gzip) {
                return bytes;
            }
            try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                return unpacked.readAllBytes();
            }
        } catch (NoSuchFileException e) {
            throw new DataException("data file " + file + " does not exist", e);
        } catch (IOException e) {
            throw new DataException("data file " + file + " can't be read: " + e.getMessage(), e);
        }
    }

    private static DataException error(Path file, String what) {
        return new DataException("data file " + file + " " + what + "; fetch it again");
    }
}
