// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data.numpy;

import dev.keyway.Device;
import dev.keyway.Tensor;
import dev.keyway.nn.data.DataException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * NumPy's files: {@code .npy} with one array, {@code .npz} with several by name. Versions 1.0 to
 * 3.0, either byte order, C and Fortran order; every dtype but bf16, which NumPy lacks. Elements
 * are copied as they are. A file is written beside its place and renamed, so that a reader finds
 * the old or the new one. Errors are {@link DataException}s that name the file. Safe for any
 * thread.
 */
public final class NumpyFiles {
    private static final String SUFFIX = ".npy";

    private NumpyFiles() {}

    @FunctionalInterface
    private interface Reader<T> {
        T read(InputStream in) throws IOException;
    }

    @FunctionalInterface
    private interface Writer {
        void write(OutputStream out) throws IOException;
    }

    /**
     * Reads a {@code .npy} file to the device; the result is contiguous.
     *
     * @param file the file
     * @param device where the tensors are made
     * @return the tensor; close it
     */
    public static Tensor read(Path file, Device device) {
        return open(file, in -> NumpyArrays.read("file " + file, in, device));
    }

    /**
     * Reads all arrays of a {@code .npz} file to the device, in the file's order, by their names
     * without {@code .npy}. After an error no tensor stays open.
     *
     * @param file the file
     * @param device where the tensors are made
     * @return tensors by name; close them
     */
    public static Map<String, Tensor> readAll(Path file, Device device) {
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        try {
            return open(file, in -> entries(file, in, device, arrays));
        } catch (RuntimeException | Error e) {
            arrays.values().forEach(Tensor::close);
            throw e;
        }
    }

    private static Map<String, Tensor> entries(
            Path file, InputStream start, Device device, Map<String, Tensor> arrays)
            throws IOException {
        if (start.read() != 'P' || start.read() != 'K') {
            throw new DataException("file " + file + " is no .npz file: it is no zip archive");
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                String name = entry.getName();
                if (!name.endsWith(SUFFIX)) {
                    throw new DataException(
                            "file "
                                    + file
                                    + " has an entry '"
                                    + name
                                    + "', expected .npy arrays only");
                }
                String key = name.substring(0, name.length() - SUFFIX.length());
                if (arrays.containsKey(key)) {
                    throw new DataException(
                            "file " + file + " has two arrays called '" + key + "'");
                }
                String where = "array '" + key + "' of file " + file;
                try (CheckedInputStream in =
                        new CheckedInputStream(zip.getInputStream(entry), new CRC32())) {
                    arrays.put(key, NumpyArrays.read(where, in, device));
                    if (in.getChecksum().getValue() != entry.getCrc()) {
                        throw new DataException(where + " is damaged: its checksum differs");
                    }
                }
            }
        }
        return arrays;
    }

    private static <T> T open(Path file, Reader<T> reader) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            return reader.read(in);
        } catch (NoSuchFileException e) {
            throw new DataException("file " + file + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw new DataException("file " + file + " can't be read: permission denied", e);
        } catch (ZipException e) {
            throw new DataException("file " + file + " is damaged: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new DataException("file " + file + " can't be read: " + e.getMessage(), e);
        }
    }

    /**
     * Writes a {@code .npy} file in C order.
     *
     * @param file the file
     * @param tensor the tensor
     */
    public static void write(Path file, Tensor tensor) {
        write(file, tensor, false);
    }

    /**
     * Writes a {@code .npy} file, in Fortran order where asked.
     *
     * @param file the file
     * @param tensor the tensor
     * @param fortranOrder whether the first dimension changes fastest
     */
    public static void write(Path file, Tensor tensor, boolean fortranOrder) {
        replace(file, out -> NumpyArrays.write("file " + file, out, tensor, fortranOrder));
    }

    /**
     * Writes a {@code .npz} file, compressed where asked, as {@code numpy.savez} does.
     *
     * @param file the file
     * @param arrays tensors by name
     * @param compressed whether it is compressed
     */
    public static void writeAll(Path file, Map<String, Tensor> arrays, boolean compressed) {
        replace(
                file,
                out -> {
                    ZipOutputStream zipped = new ZipOutputStream(out);
                    zipped.setLevel(compressed ? 6 : 0);
                    for (Map.Entry<String, Tensor> array : arrays.entrySet()) {
                        String where = "array '" + array.getKey() + "' of file " + file;
                        zipped.putNextEntry(new ZipEntry(array.getKey() + SUFFIX));
                        NumpyArrays.write(where, zipped, array.getValue(), false);
                        zipped.closeEntry();
                    }
                    zipped.finish();
                });
    }

    private static void replace(Path file, Writer writer) {
        Path target = file.toAbsolutePath();
        try {
            Path folder = java.util.Objects.requireNonNull(target.getParent());
            Path temporary = Files.createTempFile(folder, "numpy", ".tmp");
            try {
                try (OutputStream out =
                        new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16)) {
                    writer.write(out);
                }
                Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new DataException(
                    "file "
                            + file
                            + " can't be written: "
                            + e.getMessage()
                            + "; choose a folder that exists, is writable and has room",
                    e);
        }
    }
}
