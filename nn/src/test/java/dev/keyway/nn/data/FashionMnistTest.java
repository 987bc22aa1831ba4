// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data;

import static dev.keyway.nn.data.IdxBytes.counting;
import static dev.keyway.nn.data.IdxBytes.gzip;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The four files of Fashion-MNIST, and that they belong together. */
class FashionMnistTest {
    private static final Path SHIPPED = Path.of("../data/fashion-mnist");
    private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
    private static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
    private static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
    private static final String TEST_LABELS = "t10k-labels-idx1-ubyte";

    @TempDir Path folder;

    @BeforeEach
    void fill() throws IOException {
        write(TRAIN_IMAGES, counting(10, 28, 28));
        write(TRAIN_LABELS, counting(10));
        write(TEST_IMAGES, counting(3, 28, 28));
        write(TEST_LABELS, counting(3));
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private void fails(Path file, String... parts) {
        IdxBytes.fails(file, () -> FashionMnist.load(folder), parts);
    }

    @Test
    void readsPlainFiles() {
        FashionMnist data = FashionMnist.load(folder);
        assertEquals(10, data.train().count());
        assertEquals(3, data.test().count());
        assertArrayEquals(new byte[] {0, 1, 2}, data.test().labels());
        assertEquals(28 * 28 * 3, data.test().images().length);
    }

    @Test
    void prefersGzippedFiles() throws IOException {
        write(TEST_IMAGES + ".gz", gzip(counting(2, 28, 28)));
        write(TEST_LABELS + ".gz", gzip(counting(2)));
        assertEquals(2, FashionMnist.load(folder).test().count());
    }

    @Test
    void readsTheImagesThatComeAlong() {
        FashionMnist data = FashionMnist.load(SHIPPED);
        assertEquals(10_000, data.train().count());
        assertEquals(2_000, data.test().count());
        assertEquals(9, data.train().labels()[0]);
        double sum = 0;
        for (byte pixel : data.train().images()) {
            sum += (pixel & 0xFF) / 255.0;
        }
        assertEquals(FashionMnist.MEAN, sum / data.train().images().length, 0.005);
    }

    @Test
    void slicesHaveTheirOwnImages() {
        ImageDataset part = FashionMnist.load(folder).train().slice(4, 2);
        assertEquals(2, part.count());
        assertArrayEquals(new byte[] {4, 5}, part.labels());
        assertEquals((byte) (4 * 28 * 28), part.images()[0]);
        assertEquals(2 * 28 * 28, part.images().length);
    }

    @Test
    void namesAMissingFolder() {
        Path missing = folder.resolve("missing");
        DataException error = assertThrows(DataException.class, () -> FashionMnist.load(missing));
        assertTrue(error.getMessage().contains(missing + " does not exist"), error.getMessage());
        assertTrue(error.getMessage().contains("--data"), error.getMessage());
    }

    @Test
    void namesAMissingFile() throws IOException {
        for (String name : new String[] {TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS}) {
            fill();
            Files.delete(folder.resolve(name));
            fails(folder.resolve(name), "(or .gz) does not exist");
        }
    }

    @Test
    void imagesAndLabelsMustBeEquallyMany() throws IOException {
        Path labels = write(TRAIN_LABELS, counting(9));
        fails(folder.resolve(TRAIN_IMAGES), "10 images", labels.toString(), "9 labels");
    }

    @Test
    void labelsMustBeClasses() throws IOException {
        fails(write(TEST_LABELS, IdxBytes.file(new byte[] {1, 10, 2}, 3)), "label 10", "0 to 9");
        fails(write(TEST_LABELS, IdxBytes.file(new byte[] {1, -1, 2}, 3)), "label 255");
    }

    @Test
    void imagesMustHaveTheirSize() throws IOException {
        fails(write(TRAIN_IMAGES, counting(10, 28, 27)), "[10, 28, 27]", "expected [n, 28, 28]");
        fails(write(TRAIN_IMAGES, counting(0, 28, 28)), "[0, 28, 28]", "n at least 1");
    }

    @Test
    void namesTheBrokenFileAmongTheFour() throws IOException {
        byte[] packed = gzip(counting(3, 28, 28));
        packed[packed.length / 2] ^= 0x55;
        fails(write(TEST_IMAGES + ".gz", packed));
    }
}
