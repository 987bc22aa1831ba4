// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.plugins.opencl.device.Arguments;
import dev.keyway.plugins.opencl.device.KernelSource;
import dev.keyway.plugins.opencl.device.OpenClStream;
import dev.keyway.plugins.opencl.device.WorkSize;
import dev.keyway.plugins.opencl.device.Workspace;
import dev.keyway.spi.KernelCall;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions with stride 1 and one group, from {@code convolution.cl} and {@code
 * convolution_weight.cl}: operands are copied into padded planes and packed weights in workspaces,
 * then each work-item computes a block in registers.
 */
final class DenseConvolution {
    private static final int BLOCK = 8;
    private static final int WEIGHT_BLOCK = 4;

    private final KernelCall call;
    private final OpenClStream stream;
    private final String operator;
    private final DType dtype;
    private final int width;
    private final ConvolutionShape shape;
    private final KernelSource source;

    private DenseConvolution(KernelCall call, DType dtype, ConvolutionShape shape) {
        this.call = call;
        this.stream = OpenClStream.of(call);
        this.operator = call.operatorName();
        this.dtype = dtype;
        this.width = Vectors.width(stream.info(), dtype);
        this.shape = shape;
        this.source = Vectors.source(stream.info(), dtype, "convolution");
    }

    static void forward(
            KernelCall call,
            ConvolutionShape shape,
            Tensor out,
            Tensor input,
            Tensor weight,
            @Nullable Tensor bias) {
        DenseConvolution run = new DenseConvolution(call, out.dtype(), shape);
        long window = shape.rows() * shape.columns();
        Workspace padded = run.pad(input, shape.channels());
        Arguments weights = new Arguments().tensor(weight);
        Workspace packed = run.pack(weights, shape.channels() * window, window, shape.columns(), 1);
        run.convolve(out, padded, packed, bias);
    }

    static void backwardInput(
            KernelCall call, ConvolutionShape forward, Tensor out, Tensor grad, Tensor weight) {
        ConvolutionShape shape = forward.turned();
        DenseConvolution run = new DenseConvolution(call, out.dtype(), shape);
        long window = shape.rows() * shape.columns();
        Workspace padded = run.pad(grad, shape.channels());
        Arguments weights = new Arguments().tensor(weight, window - 1);
        Workspace packed =
                run.pack(weights, window, shape.outputs() * window, -shape.columns(), -1);
        run.convolve(out, padded, packed, null);
    }

    /** Images of {@code planes} planes into padded ones, with room to read a vector too far. */
    private Workspace pad(Tensor self, long planes) {
        long plane = shape.paddedHeight() * shape.paddedWidth();
        return pad(
                self,
                shape.images() * planes * plane,
                plane,
                shape.paddedWidth(),
                shape.top(),
                shape.left());
    }

    private Workspace pad(Tensor self, long total, long plane, long row, long top, long left) {
        long slack = 2L * width + shape.paddedWidth();
        Workspace buffer = Workspace.of(call, total + slack, dtype.itemSize());
        Arguments args = new Arguments().workspace(buffer, 0).tensor(self);
        args.number(total).number(plane).number(row);
        args.number(self.size(-2)).number(self.size(-1)).number(top).number(left);
        stream.launch(operator, source, "pad", WorkSize.of(total), args);
        return buffer;
    }

    private Workspace pack(
            Arguments weights, long stepOutput, long stepChannel, long stepRow, long stepColumn) {
        long blocks = (shape.outputs() + BLOCK - 1) / BLOCK;
        long total = blocks * BLOCK * shape.channels() * shape.rows() * shape.columns();
        Workspace buffer = Workspace.of(call, total, dtype.itemSize());
        Arguments args = new Arguments().workspace(buffer, 0).all(weights);
        args.number(total).number(shape.outputs()).number(shape.channels());
        args.number(shape.rows()).number(shape.columns());
        args.number(stepOutput).number(stepChannel).number(stepRow).number(stepColumn);
        stream.launch(operator, source, "pack_weights", WorkSize.of(total), args);
        return buffer;
    }

    private void convolve(Tensor out, Workspace padded, Workspace packed, @Nullable Tensor bias) {
        long row = shape.paddedWidth();
        long vectors = (shape.outHeight() * row + width - 1) / width;
        long blocks = (shape.outputs() + BLOCK - 1) / BLOCK;
        Arguments args = new Arguments().tensor(out).workspace(padded, 0).workspace(packed, 0);
        args.tensor(bias == null ? out : bias).integer(bias == null ? 0 : 1);
        args.number(vectors).number(blocks).number(shape.outputs()).number(shape.channels());
        args.number(shape.rows()).number(shape.columns());
        args.number(shape.dilationY()).number(shape.dilationX());
        args.number(shape.paddedHeight() * row).number(row);
        args.number(shape.outHeight()).number(shape.outWidth());
        WorkSize size = WorkSize.heavy(vectors, shape.images() * blocks);
        stream.launch(operator, source, "convolve", size, args);
    }

    static void backwardWeight(
            KernelCall call, ConvolutionShape shape, Tensor out, Tensor grad, Tensor input) {
        DenseConvolution run = new DenseConvolution(call, out.dtype(), shape);
        int width = run.width;
        long gradRow = (shape.outWidth() + width - 1) / width * width;
        long gradPlane = shape.outHeight() * gradRow;
        long gradTotal = shape.images() * shape.outputs() * gradPlane;
        long runs = (shape.columns() + WEIGHT_BLOCK - 1) / WEIGHT_BLOCK;
        long items = shape.channels() * shape.rows() * runs;
        KernelSource correlation =
                Vectors.source(run.stream.info(), out.dtype(), "convolution_weight");
        Workspace padded = run.pad(input, shape.channels());
        Workspace rows = run.pad(grad, gradTotal, gradPlane, gradRow, 0, 0);
        Arguments args = new Arguments().tensor(out).workspace(padded, 0).workspace(rows, 0);
        args.number(items).number(shape.images()).number(shape.outputs());
        args.number(shape.channels()).number(shape.rows()).number(shape.columns());
        args.number(runs).number(shape.dilationY()).number(shape.dilationX());
        args.number(shape.paddedHeight() * shape.paddedWidth()).number(shape.paddedWidth());
        args.number(shape.outHeight()).number(shape.outWidth()).number(gradRow);
        long blocks = (shape.outputs() + WEIGHT_BLOCK - 1) / WEIGHT_BLOCK;
        WorkSize size = WorkSize.heavy(items, blocks);
        run.stream.launch(run.operator, correlation, "correlate", size, args);
    }
}
