// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.checkpoint;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Named arrays in the safetensors format: the header's length as a little-endian 64-bit number, the
 * header as JSON, the elements. Files are written to a temporary name, forced to disk and renamed,
 * so that a crash leaves the old file or the new one.
 *
 * @param tensors by name
 * @param metadata strings by name
 */
public record Safetensors(Map<String, Entry> tensors, Map<String, String> metadata) {
    /**
     * An array.
     *
     * @param dtype its dtype
     * @param sizes its shape
     * @param bytes row-major, little-endian
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Entry(DType dtype, long[] sizes, byte[] bytes) {
        /**
         * Checks that the bytes fill the shape.
         *
         * @throws ArgumentException when they don't
         */
        public Entry {
            if (nbytes(dtype, sizes) != bytes.length) {
                throw new ArgumentException(
                        "an entry of "
                                + dtype
                                + Arrays.toString(sizes)
                                + " was given "
                                + bytes.length
                                + " bytes");
            }
        }

        /** The bytes that a shape needs; -1 for a negative size or more than a long holds. */
        static long nbytes(DType dtype, long[] sizes) {
            long need = dtype.itemSize();
            for (long size : sizes) {
                if (size < 0 || Math.multiplyHigh(need, size) != 0 || need * size < 0) {
                    return -1;
                }
                need *= size;
            }
            return need;
        }
    }

    /**
     * Copies the maps, ordered by name.
     *
     * @throws ArgumentException when a tensor has the name that the format keeps for metadata
     */
    public Safetensors {
        tensors = new TreeMap<>(tensors);
        metadata = new TreeMap<>(metadata);
        if (tensors.containsKey(SafetensorsHeader.METADATA)) {
            throw new ArgumentException(
                    "a tensor is named '"
                            + SafetensorsHeader.METADATA
                            + "', which the format keeps for metadata");
        }
    }

    /**
     * {@return the tensor of a name}
     *
     * @param name its name
     * @throws ArgumentException when there is none
     */
    public Entry tensor(String name) {
        Entry entry = tensors.get(name);
        if (entry == null) {
            throw new ArgumentException(
                    "there is no tensor '" + name + "'; there are " + tensors.keySet());
        }
        return entry;
    }

    /**
     * Tries whether {@link #write} could create the file, before the work whose result it is to
     * hold: a temporary file beside it is created and removed.
     *
     * @param file the file
     * @throws CheckpointException when it could not
     */
    public static void checkWritable(Path file) {
        AtomicFile.tryFolder(file);
    }

    /**
     * Writes the file atomically.
     *
     * @param file the file
     * @throws CheckpointException when that fails; a file that was there before stays as it was
     */
    public void write(Path file) {
        byte[] header = SafetensorsHeader.write(this);
        ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        length.putLong(header.length).flip();
        AtomicFile.write(
                file,
                channel -> {
                    AtomicFile.writeFully(channel, length);
                    AtomicFile.writeFully(channel, ByteBuffer.wrap(header));
                    for (Map.Entry<String, Entry> named : SafetensorsHeader.ordered(this)) {
                        byte[] bytes = named.getValue().bytes();
                        AtomicFile.writeFully(channel, ByteBuffer.wrap(bytes));
                    }
                });
    }

    /**
     * Reads a file.
     *
     * @param file the file
     * @return what was read
     * @throws CheckpointException naming the file and what is wrong
     */
    public static Safetensors read(Path file) {
        return SafetensorsReader.read(file);
    }
}
