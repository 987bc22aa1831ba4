// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.simulated;

import dev.keyway.DType;
import dev.keyway.DeviceException;
import dev.keyway.Tensor;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelRegistry.CopyFactory;
import dev.keyway.spi.toolkit.Elements;
import dev.keyway.spi.toolkit.StridedLoop;
import java.util.BitSet;

/**
 * Copies and converts. As the copy commands of real devices, it takes none whose source and target
 * have a byte in common: the runtime must not ask for one.
 */
final class CopyEngine implements CopyFactory {
    private final SimulatedBackend backend;

    CopyEngine(SimulatedBackend backend) {
        this.backend = backend;
    }

    @Override
    public Kernel1 create(DType from, DType to) {
        boolean floating = from.isFloating();
        return (call, out, self) -> {
            StridedLoop loop = StridedLoop.of(out, self);
            if (overlap(loop, out, self)) {
                throw new DeviceException(
                        call.operatorName()
                                + ": the copy's source and target overlap, which this device does"
                                + " not take; copy the source to other memory first");
            }
            Elements target = elements(out);
            Elements source = elements(self);
            backend.submit(
                    call,
                    () ->
                            loop.forEach(
                                    at -> {
                                        if (floating) {
                                            target.setDouble(at[0], source.getDouble(at[1]));
                                        } else {
                                            target.setLong(at[0], source.getLong(at[1]));
                                        }
                                    }));
        };
    }

    private Elements elements(Tensor tensor) {
        long start = tensor.storageOffset() * tensor.dtype().itemSize();
        return Elements.of(backend.memory(tensor).asSlice(start), tensor.dtype());
    }

    /**
     * Whether both are of one block and an element of one has a byte of an element of the other.
     */
    private static boolean overlap(StridedLoop loop, Tensor out, Tensor self) {
        if (out.storage().handle() != self.storage().handle()) {
            return false;
        }
        long shift = start(out) - start(self);
        if (shift >= extent(loop, 1, self) || -shift >= extent(loop, 0, out)) {
            return false;
        }
        int size = out.dtype().itemSize();
        int sourceSize = self.dtype().itemSize();
        int first = (int) Math.max(0, -shift);
        BitSet read = new BitSet();
        loop.forEach(
                at -> {
                    int byteOfSource = first + (int) at[1] * sourceSize;
                    read.set(byteOfSource, byteOfSource + sourceSize);
                });
        boolean[] found = {false};
        loop.forEach(
                at -> {
                    int written = first + (int) (shift + at[0] * size);
                    int next = read.nextSetBit(written);
                    found[0] |= next >= 0 && next < written + size;
                });
        return found[0];
    }

    private static long start(Tensor tensor) {
        return tensor.storage().offset() + tensor.storageOffset() * tensor.dtype().itemSize();
    }

    /** The bytes from the first element to the end of the last one. */
    private static long extent(StridedLoop loop, int operand, Tensor tensor) {
        long last = 0;
        for (int d = 0; d < loop.dims(); d++) {
            last += (loop.size(d) - 1) * loop.stride(operand, d);
        }
        return (last + 1) * tensor.dtype().itemSize();
    }
}
