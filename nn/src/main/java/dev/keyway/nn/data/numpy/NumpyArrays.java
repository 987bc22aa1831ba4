// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data.numpy;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Tensor;
import dev.keyway.nn.data.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** One array from and to a stream. */
final class NumpyArrays {
    private static final int CHUNK = 1 << 16;

    private NumpyArrays() {}

    /** Reads an array to the end of the stream. */
    static Tensor read(String name, InputStream in, Device device) throws IOException {
        NumpyHeader header = NumpyHeader.read(name, in);
        long nbytes = header.nbytes(name);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = elements(name, in, arena, nbytes);
            if (in.read() >= 0) {
                throw new DataException(
                        name + " has more than the " + nbytes + " bytes that its header says");
            }
            normalise(header, data);
            return tensor(header, data, device);
        }
    }

    /**
     * Memory grows with what has been read, so that a header that promises too much runs into the
     * end of the file and not out of memory.
     */
    private static MemorySegment elements(String name, InputStream in, Arena arena, long nbytes)
            throws IOException {
        long capacity = Math.min(nbytes, 1L << 24);
        MemorySegment data = arena.allocate(Math.max(capacity, 1), 8);
        byte[] chunk = new byte[CHUNK];
        long read = 0;
        while (read < nbytes) {
            int count = in.readNBytes(chunk, 0, (int) Math.min(CHUNK, nbytes - read));
            if (count == 0) {
                throw NumpyHeader.truncated(
                        name, "elements, after " + read + " of " + nbytes + " bytes");
            }
            if (read + count > capacity) {
                capacity = Math.min(nbytes, Math.max(capacity * 2, read + count));
                MemorySegment larger = arena.allocate(capacity, 8);
                MemorySegment.copy(data, 0, larger, 0, read);
                data = larger;
            }
            MemorySegment.copy(chunk, 0, data, ValueLayout.JAVA_BYTE, read, count);
            read += count;
        }
        return data.asSlice(0, nbytes);
    }

    /** This machine's byte order; truth values 0 and 1. */
    private static void normalise(NumpyHeader header, MemorySegment data) {
        DType dtype = header.type().dtype();
        int size = dtype.itemSize();
        if (header.type().swapped()) {
            for (long at = 0; at < data.byteSize(); at += size) {
                for (int i = 0; i < size / 2; i++) {
                    byte front = data.get(ValueLayout.JAVA_BYTE, at + i);
                    byte back = data.get(ValueLayout.JAVA_BYTE, at + size - 1 - i);
                    data.set(ValueLayout.JAVA_BYTE, at + i, back);
                    data.set(ValueLayout.JAVA_BYTE, at + size - 1 - i, front);
                }
            }
        }
        for (long at = 0; dtype == DType.BOOL && at < data.byteSize(); at++) {
            if (data.get(ValueLayout.JAVA_BYTE, at) != 0) {
                data.set(ValueLayout.JAVA_BYTE, at, (byte) 1);
            }
        }
    }

    private static Tensor tensor(NumpyHeader header, MemorySegment data, Device device) {
        long[] shape = header.shape();
        DType dtype = header.type().dtype();
        if (!header.fortranOrder() || shape.length < 2) {
            return device.keyway().tensor(device, dtype, data, shape);
        }
        long[] reversed = new long[shape.length];
        long[] order = new long[shape.length];
        for (int d = 0; d < shape.length; d++) {
            reversed[d] = shape[shape.length - 1 - d];
            order[d] = shape.length - 1 - d;
        }
        try (Tensor columns = device.keyway().tensor(device, dtype, data, reversed);
                Tensor turned = columns.permute(order)) {
            return turned.clone();
        }
    }

    /** Writes an array; in Fortran order where asked, else in C's. */
    static void write(String name, OutputStream out, Tensor tensor, boolean fortranOrder)
            throws IOException {
        if (NumpyType.describe(tensor.dtype()) == null) {
            throw new DataException(
                    name
                            + ": NumPy has no type for "
                            + tensor.dtype()
                            + "; convert the tensor with to(DType.F32)");
        }
        out.write(NumpyHeader.write(tensor.dtype(), fortranOrder, tensor.sizes()));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data =
                    arena.allocate(Math.max(tensor.nbytes(), 1), 8).asSlice(0, tensor.nbytes());
            if (fortranOrder && tensor.dim() > 1) {
                long[] order = new long[tensor.dim()];
                java.util.Arrays.setAll(order, d -> order.length - 1 - d);
                try (Tensor turned = tensor.permute(order)) {
                    turned.copyTo(data);
                }
            } else {
                tensor.copyTo(data);
            }
            byte[] chunk = new byte[CHUNK];
            for (long at = 0; at < data.byteSize(); at += CHUNK) {
                int count = (int) Math.min(CHUNK, data.byteSize() - at);
                MemorySegment.copy(data, ValueLayout.JAVA_BYTE, at, chunk, 0, count);
                out.write(chunk, 0, count);
            }
        }
    }
}
