// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.training;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** The first images of the data that come along, as plain IDX files. */
final class FewImages {
    private static final Path DATA = Path.of("../data/fashion-mnist");
    private static final int PIXELS = 28 * 28;

    private FewImages() {}

    static void write(Path folder, int train, int test) throws IOException {
        cut(folder, "train", train);
        cut(folder, "t10k", test);
    }

    private static void cut(Path folder, String part, int count) throws IOException {
        cut(folder, part + "-images-idx3-ubyte", count, 16, PIXELS);
        cut(folder, part + "-labels-idx1-ubyte", count, 8, 1);
    }

    /** The count follows the magic number, big-endian. */
    private static void cut(Path folder, String name, int count, int header, int item)
            throws IOException {
        try (InputStream in =
                new GZIPInputStream(Files.newInputStream(DATA.resolve(name + ".gz")))) {
            byte[] bytes = in.readNBytes(header + count * item);
            ByteBuffer.wrap(bytes).putInt(4, count);
            Files.write(folder.resolve(name), bytes);
        }
    }
}
