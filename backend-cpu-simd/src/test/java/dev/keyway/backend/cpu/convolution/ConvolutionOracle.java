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

    private static void pixels(Convolution shape, int n, int o, int w, Product product) {
        int group = o / shape.groupOutChannels();
        int kernel = shape.kernelHeight() * shape.kernelWidth();
        int channel = group * shape.groupChannels() + w % shape.taps() / kernel;
        int i = w % kernel / shape.kernelWidth();
        int j = w % shape.kernelWidth();
        for (int p = 0; p < shape.outPixels(); p++) {
            int y =
                    p / shape.outWidth() * shape.strideHeight()
                            - shape.paddingHeight()
                            + i * shape.dilationHeight();
            int x =
                    p % shape.outWidth() * shape.strideWidth()
                            - shape.paddingWidth()
                            + j * shape.dilationWidth();
            if (y >= 0 && x >= 0 && y < shape.height() && x < shape.width()) {
                int input =
                        ((n * shape.channels() + channel) * shape.height() + y) * shape.width() + x;
                product.take(input, w, (n * shape.outChannels() + o) * shape.outPixels() + p);
            }
        }
    }
}
