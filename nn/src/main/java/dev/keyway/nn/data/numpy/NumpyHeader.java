// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data.numpy;

import dev.keyway.DType;
import dev.keyway.nn.data.DataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.StringJoiner;

/**
 * What stands in front of the elements of a {@code .npy} file, as NumPy's documentation of the
 * format says ("NEP 1", with versions 2.0 and 3.0): magic, version, length, a Python dictionary.
 *
 * @param type of the elements
 * @param fortranOrder whether the first dimension runs fastest
 * @param shape the sizes
 */
@SuppressWarnings("ArrayRecordComponent")
record NumpyHeader(NumpyType type, boolean fortranOrder, long[] shape) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int LARGEST = 1 << 20;
    private static final int ALIGNMENT = 64;

    /** Reads a header; {@code name} is the file, for errors. */
    static NumpyHeader read(String name, InputStream in) throws IOException {
        byte[] start = in.readNBytes(8);
        if (start.length < 8 || !Arrays.equals(Arrays.copyOf(start, 6), MAGIC)) {
            throw new DataException(
                    name
                            + " is no .npy file: it must begin with the bytes \\x93NUMPY and a version");
        }
        int major = start[6];
        if (major < 1 || major > 3) {
            throw new DataException(
                    name + " has version " + major + "." + start[7] + " of .npy; 1 to 3 are known");
        }
        int digits = major == 1 ? 2 : 4;
        byte[] length = in.readNBytes(digits);
        if (length.length < digits) {
            throw truncated(name, "header");
        }
        ByteBuffer number = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN);
        long size = major == 1 ? number.getShort() & 0xffff : number.getInt() & 0xffffffffL;
        if (size > LARGEST) {
            throw new DataException(name + " claims a header of " + size + " bytes");
        }
        byte[] text = in.readNBytes((int) size);
        if (text.length < size) {
            throw truncated(name, "header");
        }
        Charset charset = major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
        return new NumpyDictionary(name, new String(text, charset)).header();
    }

    static DataException truncated(String name, String what) {
        return new DataException(name + " is truncated: it ends in the " + what);
    }

    /** The number of bytes of the elements. */
    long nbytes(String name) {
        try {
            long product = type.dtype().itemSize();
            for (long size : shape) {
                product = Math.multiplyExact(product, size);
            }
            return product;
        } catch (ArithmeticException e) {
            throw new DataException(
                    name + " has shape " + Arrays.toString(shape) + ", more than memory can hold",
                    e);
        }
    }

    /** The bytes of a header, whose length lets the elements begin at a multiple of 64. */
    static byte[] write(DType dtype, boolean fortranOrder, long[] shape) {
        StringJoiner sizes = new StringJoiner(", ", "(", shape.length == 1 ? ",)" : ")");
        Arrays.stream(shape).mapToObj(Long::toString).forEach(sizes::add);
        String text =
                "{'descr': '"
                        + NumpyType.describe(dtype)
                        + "', 'fortran_order': "
                        + (fortranOrder ? "True" : "False")
                        + ", 'shape': "
                        + sizes
                        + ", }";
        boolean large = text.length() + ALIGNMENT > 0xffff;
        int front = MAGIC.length + 2 + (large ? 4 : 2);
        int padding = ALIGNMENT - (front + text.length() + 1) % ALIGNMENT;
        int length = text.length() + padding % ALIGNMENT + 1;
        ByteBuffer number = ByteBuffer.allocate(large ? 4 : 2).order(ByteOrder.LITTLE_ENDIAN);
        if (large) {
            number.putInt(length);
        } else {
            number.putShort((short) length);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(MAGIC);
        out.write(large ? 2 : 1);
        out.write(0);
        out.writeBytes(number.array());
        String padded = text + " ".repeat(padding % ALIGNMENT) + "\n";
        out.writeBytes(padded.getBytes(StandardCharsets.ISO_8859_1));
        return out.toByteArray();
    }
}
