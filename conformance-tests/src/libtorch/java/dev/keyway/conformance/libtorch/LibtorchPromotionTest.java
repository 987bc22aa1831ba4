// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.oracle.Promotion;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;

/** The promotion table, tensors of every type with tensors, 0-dim tensors and numbers. */
@Tag("libtorch")
class LibtorchPromotionTest {
    private static final List<long[]> SHAPES = List.of(new long[] {2}, new long[0]);

    @Test
    void tensorsPromoteAsInLibtorch() {
        int confirmed = 0;
        for (ElementType left : ElementType.values()) {
            for (ElementType right : ElementType.values()) {
                for (long[] leftShape : SHAPES) {
                    for (long[] rightShape : SHAPES) {
                        ElementType ours =
                                new Promotion()
                                        .tensor(left, leftShape.length)
                                        .tensor(right, rightShape.length)
                                        .result();
                        Tensor a = LibtorchValues.tensor(zeros(left, leftShape));
                        Tensor b = LibtorchValues.tensor(zeros(right, rightShape));
                        assertEquals(
                                LibtorchValues.elementType(torch.result_type(a, b)),
                                ours,
                                () -> left + " with " + right);
                        confirmed++;
                    }
                }
            }
        }
        assertEquals(400, confirmed);
        System.out.printf("libtorch confirmed %d promotions of two tensors%n", confirmed);
    }

    @Test
    void numbersPromoteAsInLibtorch() {
        int confirmed = 0;
        for (ElementType type : ElementType.values()) {
            for (long[] shape : SHAPES) {
                Tensor tensor = LibtorchValues.tensor(zeros(type, shape));
                for (Object number : List.<Object>of(2L, 2.5)) {
                    Scalar scalar =
                            number instanceof Long integer
                                    ? new Scalar((long) integer)
                                    : new Scalar((double) (Double) number);
                    assertEquals(
                            LibtorchValues.elementType(torch.result_type(tensor, scalar)),
                            new Promotion().tensor(type, shape.length).number(number).result(),
                            () -> type + " with " + number);
                    confirmed++;
                }
            }
        }
        assertEquals(40, confirmed);
        System.out.printf("libtorch confirmed %d promotions with a number%n", confirmed);
    }

    private static HostArray zeros(ElementType type, long[] shape) {
        return type.isFloating()
                ? HostArray.ofReals(type, shape, i -> 0)
                : HostArray.ofIntegers(type, shape, i -> 0);
    }
}
