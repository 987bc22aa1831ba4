// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

import static dev.keyway.conformance.fault.Mutant.kernel;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.conformance.Form;
import dev.keyway.conformance.fault.FaultyRegistry.Change;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.UnaryOp;
import dev.keyway.spi.toolkit.Elements;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Kernels that compute rightly and write beside their result. */
final class BoundsMutants {
    private BoundsMutants() {}

    static List<Mutant> all() {
        return List.of(
                kernel(
                                "one element is written behind the result",
                                "unary",
                                UnaryOp.NEG,
                                DType.I32,
                                inStorage(1),
                                "device.memory")
                        .seenBy(Form.MEMORY),
                kernel(
                                "one element is written before the result",
                                "unary",
                                UnaryOp.EXP,
                                DType.F32,
                                inStorage(-1),
                                "device.memory")
                        .seenBy(Form.MEMORY),
                kernel(
                                "one element is written behind the given tensor",
                                "unary",
                                UnaryOp.SIGMOID,
                                DType.F64,
                                inStorage(1),
                                "sigmoid")
                        .seenBy(Form.OUT),
                kernel(
                                "one element is written behind a new result",
                                "unary",
                                UnaryOp.ABS,
                                DType.I64,
                                besideNew(1),
                                "abs")
                        .checkedBy(Form.VALUE),
                kernel(
                                "one element is written before a new result",
                                "binary",
                                BinaryOp.MAXIMUM,
                                DType.F32,
                                besideNew(-1),
                                "maximum")
                        .checkedBy(Form.VALUE),
                kernel(
                                "one element is written before the tensor that is changed in place",
                                "unary",
                                UnaryOp.FLOOR,
                                DType.F32,
                                inPlace(inStorage(-1)),
                                "floor")
                        .seenBy(Form.IN_PLACE),
                kernel(
                                "gaps of the tensor that is changed in place are filled",
                                "unary",
                                UnaryOp.CEIL,
                                DType.F64,
                                inPlace(gapFilled()),
                                "ceil")
                        .seenBy(Form.IN_PLACE),
                kernel(
                                "a byte is written behind scratch memory",
                                "unary",
                                UnaryOp.TRUNC,
                                DType.I64,
                                besideScratch(1),
                                "trunc")
                        .checkedBy(Form.VALUE),
                kernel(
                                "a byte is written before scratch memory",
                                "unary",
                                UnaryOp.SIGN,
                                DType.F32,
                                besideScratch(-1),
                                "sign")
                        .checkedBy(Form.VALUE),
                kernel(
                                "scratch memory is taken for zeros",
                                "unary",
                                UnaryOp.RECIPROCAL,
                                DType.F64,
                                scratchAdded(),
                                "reciprocal")
                        .checkedBy(Form.VALUE));
    }

    /** Writes next to the result where its storage has room, so that nobody else's is hurt. */
    private static Change inStorage(int step) {
        return Changes.after(
                out -> {
                    long at = beside(out, step);
                    long start = out.storage().address();
                    long end = start + out.storage().nbytes();
                    if (out.numel() > 0 && at >= start && at + out.dtype().itemSize() <= end) {
                        write(at, out.dtype());
                    }
                });
    }

    /** Writes next to a result that fills its storage, into what the runtime watches then. */
    private static Change besideNew(int step) {
        return (call, right, out, in) -> {
            right.run(call, out, in);
            boolean fills = out[0].nbytes() == out[0].storage().nbytes();
            if (out[0].numel() > 0 && fills && out[0].address() != in.get(0).address()) {
                write(beside(out[0], step), out[0].dtype());
            }
        };
    }

    /**
     * Writes next to the second of two pieces: where nothing watches, to the first or to what its
     * size is rounded up by.
     */
    private static Change besideScratch(int step) {
        return (call, right, out, in) -> {
            right.run(call, out, in);
            call.scratch(64);
            write(call.scratch(1) + step, DType.U8);
        };
    }

    private static Change scratchAdded() {
        return (call, right, out, in) -> {
            right.run(call, out, in);
            MemorySegment byteOf = MemorySegment.ofAddress(call.scratch(8)).reinterpret(1);
            if (out[0].numel() > 0) {
                MemorySegment first = MemorySegment.ofAddress(out[0].address()).reinterpret(8);
                Elements to = Elements.of(first, DType.F64);
                to.setDouble(0, to.getDouble(0) + byteOf.get(ValueLayout.JAVA_BYTE, 0));
            }
        };
    }

    private static Change inPlace(Change change) {
        return (call, right, out, in) -> {
            if (out[0].numel() > 0 && out[0].address() == in.get(0).address()) {
                change.run(call, right, out, in);
            } else {
                right.run(call, out, in);
            }
        };
    }

    /** Writes behind the first element where the tensor skips the next. */
    private static Change gapFilled() {
        return Changes.after(
                out -> {
                    boolean gap = out.dim() > 0 && out.stride(out.dim() - 1) == 2;
                    if (gap && out.size(out.dim() - 1) > 1) {
                        write(out.address() + out.dtype().itemSize(), out.dtype());
                    }
                });
    }

    private static long beside(Tensor out, int step) {
        return out.address() + (step > 0 ? out.nbytes() : -out.dtype().itemSize());
    }

    private static void write(long address, DType dtype) {
        MemorySegment element = MemorySegment.ofAddress(address).reinterpret(dtype.itemSize());
        Elements.of(element, dtype).setDouble(0, 5);
    }
}
