// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Explanation;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Says how a call would go, from the same tables that calls use. */
final class Explainer {
    private final KeywayRuntime runtime;

    Explainer(KeywayRuntime runtime) {
        this.runtime = runtime;
    }

    Explanation explain(OperatorImpl operator, Attributes attributes, Tensor[] arguments) {
        ThreadState state = runtime.threadState();
        List<String> keys = new ArrayList<>();
        for (Tensor argument : arguments) {
            TensorImpl tensor = (TensorImpl) argument;
            keys.add(Shapes.describe(tensor) + " " + DispatchKey.names(tensor.keys()));
        }
        keys.add("thread excludes " + DispatchKey.names(state.excluded));
        DeviceImpl device = BoxedDispatch.device(operator, arguments);
        state.enter();
        try {
            MetaContextImpl meta = state.meta;
            meta.beginBoxed(operator, attributes, device, arguments);
            operator.definition().meta().infer(meta);
            DType compute = Objects.requireNonNull(meta.compute);
            Fusion fusion = state.fusion();
            if (fusion == null) {
                return explain(operator, device, compute, keys);
            }
            Slot slot = operator.slot(device, compute).serving(attributes);
            String fused = fusion.explain(operator, slot, attributes, device, arguments);
            Explanation explanation = explain(operator, device, compute, keys);
            List<String> candidates = new ArrayList<>(explanation.candidates());
            candidates.add("fuse: " + fused);
            return new Explanation(
                    explanation.operator(),
                    explanation.device(),
                    explanation.dtype(),
                    explanation.keys(),
                    explanation.winner(),
                    candidates);
        } finally {
            state.exit();
        }
    }

    Explanation explain(OperatorImpl operator, DeviceImpl device, DType dtype, List<String> keys) {
        SlotResolver resolver = new SlotResolver(operator.definition(), device, dtype);
        Slot slot = resolver.resolve();
        List<String> candidates = new ArrayList<>(resolver.candidates());
        boolean view = slot.kind() == Slot.Kind.MISSING && operator.definition().lowering() == null;
        String winner =
                slot.kind() != Slot.Kind.MISSING
                        ? slot.reason()
                        : view ? "view of an argument, no kernel" : "nothing: " + slot.reason();
        candidates.add("fallback: " + runtime.threadState().fallback);
        return new Explanation(
                operator.schema().qualifiedName(),
                device.name(),
                dtype.toString(),
                keys,
                winner,
                candidates);
    }
}
