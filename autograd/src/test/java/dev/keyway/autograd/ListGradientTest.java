// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Gradients of operators that take or return lists, against central differences. */
final class ListGradientTest extends AutogradFixture {
    private void gradients(Function<List<Tensor>, Tensor> function, long[]... shapes) {
        Tensor[] inputs = new Tensor[shapes.length];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = leaf(shapes[i]);
        }
        check(function, inputs);
    }

    private static long[] of(long... sizes) {
        return sizes;
    }

    private static List<@Nullable Tensor> list(@Nullable Tensor... tensors) {
        List<@Nullable Tensor> list = new ArrayList<>();
        for (Tensor tensor : tensors) {
            list.add(tensor);
        }
        return list;
    }

    private static double[] gradient(Tensor leaf) {
        return Objects.requireNonNull(leaf.grad()).toDoubleArray();
    }

    private Tensor index(long... values) {
        return keyway.tensor(device, values, values.length);
    }

    @Test
    void joining() {
        gradients(t -> Ops.cat(t, 1), of(2, 3), of(2, 1), of(0));
        gradients(Ops::hstack, of(2, 3), of(2, 1));
        gradients(Ops::vstack, of(3), of(2, 3));
        gradients(Ops::dstack, of(2, 3), of(2, 3, 2));
        gradients(Ops::columnStack, of(3), of(3, 2));
        gradients(Ops::blockDiag, of(2, 3), of(), of(2));
    }

    @Test
    void einsum() {
        gradients(t -> Ops.einsum("ij,jk->ik", t), of(2, 3), of(3, 4));
        gradients(t -> Ops.einsum("ii->i", t), of(3, 3));
        gradients(t -> Ops.einsum("iji->", t), of(2, 3, 2));
        gradients(t -> Ops.einsum("...ij,...jk->...ki", t), of(2, 1, 2, 3), of(3, 3, 2));
        gradients(t -> Ops.einsum("ab,bc,ca->b", t), of(2, 3), of(3, 4), of(4, 2));
        gradients(t -> Ops.einsum("i,j->ij", t), of(2), of(3));
    }

    @Test
    void lists() {
        gradients(t -> Ops.cat(t.get(0).split(2, 1).reversed(), 1), of(2, 5));
        gradients(t -> Ops.cat(t.get(0).split(new long[] {1, 4}, 1).reversed(), 1), of(2, 5));
        gradients(t -> Ops.stack(t.get(0).unbind(1).reversed()), of(2, 3));
        gradients(t -> t.get(0).chunk(2).get(1), of(5, 2));
        gradients(t -> Ops.meshgrid(t).get(1), of(2), of(3));
        gradients(t -> Ops.broadcastTensors(t).get(0), of(2, 1), of(3));
    }

    @Test
    void advancedIndices() {
        List<@Nullable Tensor> rows = list(index(0, -1, 0), null, index(1, 1, 0));
        gradients(t -> t.get(0).index(rows), of(3, 2, 2));
        gradients(t -> t.get(0).indexPut(rows, t.get(1), true), of(3, 2, 2), of(3, 2));
        List<@Nullable Tensor> once = list(null, index(2, 0));
        gradients(t -> t.get(0).indexPut(once, t.get(1)), of(2, 3), of(1, 2));
    }

    @Test
    void aPartChangedInPlaceChangesTheWhole() {
        Tensor x = leaf(4);
        Tensor y = x.mul(1L);
        y.split(2).get(1).mul_(3L);
        y.sum().backward();
        assertArrayEquals(new double[] {1, 1, 3, 3}, gradient(x));
    }

    @Test
    void aPlaceWrittenInPlaceTakesItsGradient() {
        Tensor x = leaf(3);
        Tensor values = leaf(2);
        Tensor y = x.mul(2L);
        y.indexPut_(list(index(2, 0)), values, false);
        y.sum().backward();
        assertArrayEquals(new double[] {0, 2, 0}, gradient(x));
        assertArrayEquals(new double[] {1, 1}, gradient(values));
    }
}
