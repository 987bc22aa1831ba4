// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ArgumentException;
import dev.keyway.KeywayException;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import org.junit.jupiter.api.Test;

/** Changes in place: history, views, versions. */
final class InPlaceTest extends AutogradFixture {
    @Test
    void changesOfAnIntermediateAreRecorded() {
        check(
                t -> {
                    Tensor x = t.get(0).mul(2.0);
                    x.add_(t.get(1));
                    x.exp_();
                    return x;
                },
                leaf(2, 3),
                leaf(3));
    }

    @Test
    void aComparisonInPlaceCutsTheHistory() {
        Tensor x = leaf(2, 3);
        Tensor y = x.mul(2.0);
        y.gt_(0.5);
        y.sum().backward();
        assertArrayEquals(
                new double[6], java.util.Objects.requireNonNull(x.grad()).toDoubleArray());
        assertThrows(ArgumentException.class, () -> x.gt_(0.5));
    }

    @Test
    void whatAChangeOverwritesIsKeptForItsGradient() {
        check(
                t -> {
                    Tensor x = t.get(0).mul(2.0);
                    x.sin_();
                    x.mul_(t.get(1));
                    x.mul_(x);
                    return x;
                },
                leaf(2, 3),
                leaf(3));
    }

    @Test
    void aChangeOfAViewReachesItsBase() {
        check(
                t -> {
                    Tensor x = t.get(0).mul(2.0);
                    Tensor row = x.select(0, 1);
                    row.add_(t.get(1));
                    row.exp_();
                    return x.square();
                },
                leaf(2, 3),
                leaf(3));
    }

    @Test
    void aViewSeesAChangeOfItsBase() {
        check(
                t -> {
                    Tensor x = t.get(0).mul(2.0);
                    Tensor row = x.select(0, 1);
                    x.exp_();
                    return row.square();
                },
                leaf(2, 3));
    }

    @Test
    void copyingIntoAViewStopsTheOldGradient() {
        check(
                t -> {
                    Tensor x = t.get(0).mul(2.0);
                    x.select(0, 0).copy_(t.get(1));
                    return x.square();
                },
                leaf(2, 3),
                leaf(3));
    }

    @Test
    void aSavedTensorThatChangedIsNamed() {
        Tensor x = leaf(2, 3);
        Tensor y = x.exp();
        y.add_(1.0);
        Tensor sum = y.sum();
        KeywayException e = assertThrows(KeywayException.class, sum::backward);
        assertTrue(e.getMessage().startsWith("exp: result 0"), e.getMessage());
        assertTrue(e.getMessage().contains("saved at version 0, now 1"), e.getMessage());
    }

    @Test
    void aLeafChangesOnlyWithoutRecording() {
        Tensor x = leaf(new double[] {1, 2}, 2);
        ArgumentException e = assertThrows(ArgumentException.class, () -> x.add_(1.0));
        assertTrue(e.getMessage().contains("noGrad()"), e.getMessage());
        try (Scope scope = keyway.noGrad()) {
            x.add_(1.0);
        }
        assertArrayEquals(new double[] {2, 3}, x.toDoubleArray());
    }
}
