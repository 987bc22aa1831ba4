// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Tensor;
import dev.keyway.operator.Composite;
import dev.keyway.operator.CompositeContext;
import org.jspecify.annotations.Nullable;

/**
 * A composite with one result, of which calls of it make no list.
 *
 * @param body computes the result
 */
public record OneResult(Composite.Single body) implements Composite {
    @Override
    public Tensor[] apply(CompositeContext context, @Nullable Tensor[] inputs) {
        return new Tensor[] {body.apply(context, inputs)};
    }
}
