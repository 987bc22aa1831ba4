// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Fashion-MNIST from a folder of IDX files under upstream's names, gzipped or not, all images or a
 * part.
 *
 * @param train the training images
 * @param test the test images
 */
public record FashionMnist(ImageDataset train, ImageDataset test) {
    /** Mean of the training pixels, of 1. */
    public static final float MEAN = 0.2860f;

    /** Standard deviation of the training pixels, of 1. */
    public static final float STANDARD_DEVIATION = 0.3530f;

    /** Number of classes. */
    public static final int CLASSES = 10;

    /** Rows and columns of an image. */
    public static final int SIDE = 28;

    /**
     * Reads the four files.
     *
     * @param folder what to load
     * @return the images
     * @throws DataException when one is missing, corrupt, or does not belong to the others
     */
    public static FashionMnist load(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new DataException(
                    "data folder " + folder + " does not exist; name one with --data");
        }
        return new FashionMnist(load(folder, "train"), load(folder, "t10k"));
    }

    private static ImageDataset load(Path folder, String part) {
        Path imageFile = find(folder, part + "-images-idx3-ubyte");
        IdxFile images = IdxFile.read(imageFile, 3);
        Path labelFile = find(folder, part + "-labels-idx1-ubyte");
        IdxFile labels = IdxFile.read(labelFile, 1);
        int[] sizes = images.sizes();
        if (sizes[0] == 0 || sizes[1] != SIDE || sizes[2] != SIDE) {
            throw new DataException(
                    "data file "
                            + imageFile
                            + " has sizes "
                            + Arrays.toString(sizes)
                            + ", expected [n, 28, 28] with n at least 1");
        }
        if (labels.sizes()[0] != sizes[0]) {
            throw new DataException(
                    "data file "
                            + imageFile
                            + " has "
                            + sizes[0]
                            + " images, "
                            + labelFile
                            + " "
                            + labels.sizes()[0]
                            + " labels; they don't belong together");
        }
        for (byte label : labels.elements()) {
            if (label < 0 || label >= CLASSES) {
                throw new DataException(
                        "data file "
                                + labelFile
                                + " has label "
                                + (label & 0xFF)
                                + ", expected 0 to 9");
            }
        }
        return new ImageDataset(images.elements(), labels.elements(), sizes[0], sizes[1], sizes[2]);
    }

    private static Path find(Path folder, String name) {
        Path packed = folder.resolve(name + ".gz");
        Path plain = folder.resolve(name);
        if (!Files.exists(packed) && !Files.exists(plain)) {
            throw new DataException("data file " + plain + " (or .gz) does not exist");
        }
        return Files.exists(packed) ? packed : plain;
    }
}
