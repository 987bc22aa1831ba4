// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
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
    private static final int LARGEST = Integer.MAX_VALUE - 16;

    /**
     * Reads a file.
     *
     * @param file the file
     * @param dimensions expected number of dimensions
     * @return what was read
     * @throws DataException naming the file, what was expected and what came
     */
    public static IdxFile read(Path file, int dimensions) {
        try (InputStream packed = new BufferedInputStream(Files.newInputStream(file));
                InputStream in = unpacked(packed)) {
            checkMagic(file, in.readNBytes(4), dimensions);
            int[] sizes = sizes(file, in.readNBytes(4 * dimensions), dimensions);
            return new IdxFile(sizes, elements(file, in, sizes));
        } catch (EOFException e) {
            throw new DataException(
                    "data file " + file + " is truncated gzip data; fetch it again", e);
        } catch (NoSuchFileException e) {
            throw new DataException("data file " + file + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw new DataException("data file " + file + " can't be read: permission denied", e);
        } catch (IOException e) {
            throw new DataException("data file " + file + " can't be read: " + e.getMessage(), e);
        }
    }

    private static InputStream unpacked(InputStream in) throws IOException {
        in.mark(2);
        boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return gzip ? new GZIPInputStream(in, 1 << 16) : in;
    }

    private static void checkMagic(Path file, byte[] magic, int dimensions) {
        if (magic.length < 4) {
            throw error(file, "has " + magic.length + " bytes, too short for an IDX header");
        }
        int came = bigEndian(magic, 0);
        int expected = UNSIGNED_BYTE << 8 | dimensions;
        if (came != expected) {
            throw error(
                    file,
                    String.format(
                            "starts with 0x%08x, expected 0x%08x (unsigned bytes, %d dimensions)",
                            came, expected, dimensions));
        }
    }

    private static int[] sizes(Path file, byte[] header, int dimensions) {
        if (header.length < 4 * dimensions) {
            throw error(file, "ends inside the header at byte " + (4 + header.length));
        }
        int[] sizes = new int[dimensions];
        for (int d = 0; d < dimensions; d++) {
            sizes[d] = bigEndian(header, 4 * d);
            if (sizes[d] < 0) {
                throw error(file, "has size " + sizes[d] + " in dimension " + d);
            }
        }
        return sizes;
    }

    /** Reads one more than there should be, to see whether there is more. */
    private static byte[] elements(Path file, InputStream in, int[] sizes) throws IOException {
        long count = 1;
        for (int size : sizes) {
            count *= size;
            if (count > LARGEST) {
                throw error(file, "has sizes " + Arrays.toString(sizes) + ", more than 2 GiB");
            }
        }
        byte[] elements = in.readNBytes((int) count + 1);
        if (elements.length != count) {
            boolean truncated = elements.length < count;
            throw error(
                    file,
                    "holds "
                            + (truncated ? elements.length : "more than " + count)
                            + " elements, sizes "
                            + Arrays.toString(sizes)
                            + " need "
                            + count
                            + (truncated ? "; it is truncated" : ""));
        }
        return elements;
    }

    private static int bigEndian(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).getInt(at);
    }

    private static DataException error(Path file, String what) {
        return new DataException("data file " + file + " " + what + "; fetch it again");
    }
}
