// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

/** The products of a convolution, from its definition. */
final class ConvolutionOracle {
    private ConvolutionOracle() {}

    /** Takes the flat indices of a product. */
    @FunctionalInterface
    interface Product {
        void take(int input, int weight, int output);
    }

    /**
     * Every product: for each output in the order channel, kernel row, kernel column, for each
     * input in the order output channel, kernel row, kernel column.
     */
    static void forEachProduct(Convolution shape, Product product) {
        for (int n = 0; n < shape.batch(); n++) {
            for (int o = 0; o < shape.outChannels(); o++) {
                for (int w = o * shape.taps(); w < (o + 1) * shape.taps(); w++) {
                    pixels(shape, n, o, w, product);
                }
            }
        }
    }

    /** Every product, for each weight image by image with pixels in row-major order. */
    static void forEachPixel(Convolution shape, Product product) {
        for (int w = 0; w < shape.outChannels() * shape.taps(); w++) {
            for (int n = 0; n < shape.batch(); n++) {
                pixels(shape, n, w / shape.taps(), w, product);
            }
        }
    }

    /** All products of a weight with an image. Its shape is asked once: these are many products. */
    private static void pixels(Convolution shape, int n, int o, int w, Product product) {
        int group = o / shape.groupOutChannels();
        int kernel = shape.kernelHeight() * shape.kernelWidth();
        int channel = group * shape.groupChannels() + w % shape.taps() / kernel;
        int down = w % kernel / shape.kernelWidth() * shape.dilationHeight();
        int right = w % shape.kernelWidth() * shape.dilationWidth();
        int height = shape.height();
        int width = shape.width();
        int input = (n * shape.channels() + channel) * height * width;
        int output = (n * shape.outChannels() + o) * shape.outPixels();
        for (int i = 0; i < shape.outHeight(); i++) {
            int y = i * shape.strideHeight() - shape.paddingHeight() + down;
            int x = right - shape.paddingWidth();
            for (int j = shape.outWidth(); j > 0; j--) {
                if (y >= 0 && x >= 0 && y < height && x < width) {
                    product.take(input + y * width + x, w, output);
                }
                x += shape.strideWidth();
                output++;
            }
        }
    }
}
