// SPDX-License-Identifier: Apache-2.0
package dev.keyway.operator;

import dev.keyway.schema.OperatorSchema;
import org.jspecify.annotations.Nullable;

/**
 * What an operator means: its schema and meta function, and as far as it has them a lowering to a
 * primitive, a composite and a gradient. Immutable.
 *
 * <p>A definition without lowering and composite is a view (its meta function calls {@link
 * MetaContext#alias}) or needs a kernel of each device. A definition with a composite and no
 * gradient is differentiated through its composite. The compute dtype applies to all inputs but
 * those in {@code keepInputs}.
 *
 * @param schema the signature
 * @param meta shapes, dtypes, errors
 * @param lowering the primitive that computes it
 * @param composite how other operators compute it
 * @param gradient the gradient formula
 * @param saved what the formula needs
 * @param keepInputs bit mask of inputs that keep their dtype: indices, masks, conditions
 * @param differentiable bit mask of the results that carry gradients
 */
public record OperatorDefinition(
        OperatorSchema schema,
        Meta meta,
        @Nullable Lowering lowering,
        @Nullable Composite composite,
        @Nullable Gradient gradient,
        Saved saved,
        int keepInputs,
        int differentiable) {

    /**
     * {@return a definition with a meta function only: a view, or an operator that each device must
     * have}
     *
     * @param schema the signature
     * @param meta shapes, dtypes, errors
     */
    public static OperatorDefinition of(OperatorSchema schema, Meta meta) {
        return new OperatorDefinition(schema, meta, null, null, null, Saved.NOTHING, 0, ~0);
    }

    /**
     * With a lowering.
     *
     * @param newLowering the primitive
     * @return a definition that has it
     */
    public OperatorDefinition lower(Lowering newLowering) {
        return new OperatorDefinition(
                schema, meta, newLowering, composite, gradient, saved, keepInputs, differentiable);
    }

    /**
     * With a composite.
     *
     * @param newComposite how other operators compute it
     * @return a definition that has it
     */
    public OperatorDefinition composite(Composite newComposite) {
        return new OperatorDefinition(
                schema, meta, lowering, newComposite, gradient, saved, keepInputs, differentiable);
    }

    /**
     * With a composite of one result.
     *
     * @param single how other operators compute it
     * @return a definition that has it
     */
    public OperatorDefinition compositeSingle(Composite.Single single) {
        return composite(Composite.of(single));
    }

    /**
     * With a gradient formula.
     *
     * @param newSaved what the formula needs
     * @param newGradient the formula
     * @return a definition that has it
     */
    public OperatorDefinition gradient(Saved newSaved, Gradient newGradient) {
        return new OperatorDefinition(
                schema,
                meta,
                lowering,
                composite,
                newGradient,
                newSaved,
                keepInputs,
                differentiable);
    }

    /**
     * These inputs keep their dtype.
     *
     * @param indices numbers of tensor arguments, from 0
     * @return a definition that has it
     */
    public OperatorDefinition keepInputs(int... indices) {
        return new OperatorDefinition(
                schema,
                meta,
                lowering,
                composite,
                gradient,
                saved,
                Saved.inputs(indices).inputs(),
                differentiable);
    }

    /**
     * Only these results carry gradients.
     *
     * @param outputs numbers of results, from 0
     * @return a definition that has it
     */
    public OperatorDefinition differentiable(int... outputs) {
        return new OperatorDefinition(
                schema,
                meta,
                lowering,
                composite,
                gradient,
                saved,
                keepInputs,
                Saved.outputs(outputs).outputs());
    }

    /**
     * No result carries gradients.
     *
     * @return a definition that has it
     */
    public OperatorDefinition notDifferentiable() {
        return differentiable(new int[0]);
    }

    /** {@return whether no result ever carries a gradient} */
    public boolean isNotDifferentiable() {
        return differentiable == 0 || (gradient == null && composite == null);
    }
}
