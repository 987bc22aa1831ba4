// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DType;
import dev.keyway.dispatch.KernelTable.Entry;
import dev.keyway.dispatch.KernelTable.Primitive;
import dev.keyway.dispatch.Slot.Kind;
import dev.keyway.operator.Lowering;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.spi.Layout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides what serves an operator: operator kernel, then family kernel, composite, nothing. */
final class SlotResolver {
    private final OperatorDefinition definition;
    private final BackendEntry backend;
    private final DType dtype;
    private final List<String> notes = new ArrayList<>();

    SlotResolver(OperatorDefinition definition, BackendEntry backend, DType dtype) {
        this.definition = definition;
        this.backend = backend;
        this.dtype = dtype;
    }

    /** The slot; {@link #candidates()} then lists what was considered. */
    Slot resolve() {
        Slot whole = whole();
        Slot lowered = lowered();
        boolean composed = definition.composite() != null;
        notes.add(composed ? "composite: available" : "composite: none");
        if (backend.isGone()) {
            return slot(Kind.GONE, null, Layout.STRIDED, goneReason());
        }
        if (whole != null) {
            return whole;
        }
        if (lowered != null) {
            return lowered;
        }
        if (composed) {
            return slot(Kind.COMPOSITE, null, Layout.STRIDED, "composite of other operators");
        }
        return slot(Kind.MISSING, null, Layout.STRIDED, "no kernel and no composite");
    }

    List<String> candidates() {
        return notes;
    }

    private @Nullable Slot whole() {
        String name = definition.schema().qualifiedName();
        boolean computes = computes();
        Entry entry = computes ? backend.kernels().operator(name, dtype) : null;
        notes.add(
                "operator kernel: "
                        + (entry != null
                                ? "registered by " + backend.plugin()
                                : computes ? "none from " + backend.plugin() : notComputed()));
        return entry == null
                ? null
                : slot(
                        Kind.OPERATOR,
                        entry,
                        entry.layout(),
                        "operator kernel of " + backend.plugin());
    }

    private @Nullable Slot lowered() {
        Lowering lowering = definition.lowering();
        if (lowering == null) {
            notes.add("family kernel: the operator is not a primitive");
            return null;
        }
        boolean computes = computes();
        Entry entry = null;
        if (computes) {
            entry =
                    lowering.opcode() == Lowering.WHERE
                            ? backend.kernels().primitive(Primitive.WHERE, dtype)
                            : backend.kernels().family((Enum<?>) lowering.opcode(), dtype);
        }
        String family = "family kernel " + lowering.opcode();
        notes.add(
                family
                        + ": "
                        + (entry != null
                                ? "registered by " + backend.plugin()
                                : computes ? "none from " + backend.plugin() : notComputed()));
        return entry == null
                ? null
                : slot(Kind.LOWERED, entry, entry.layout(), family + " of " + backend.plugin());
    }

    private boolean computes() {
        return backend.devices().isEmpty() || backend.devices().getFirst().computes(dtype);
    }

    private String notComputed() {
        return backend.deviceType() + " does not compute in " + dtype;
    }

    private String goneReason() {
        return "plugin " + backend.plugin() + " has left";
    }

    private Slot slot(Kind kind, @Nullable Entry entry, Layout layout, String reason) {
        Lowering lowering = definition.lowering();
        return new Slot(
                kind,
                entry == null ? null : entry.kernel(),
                layout,
                kind == Kind.LOWERED && lowering != null ? lowering.when() : null,
                definition.composite(),
                reason);
    }
}
