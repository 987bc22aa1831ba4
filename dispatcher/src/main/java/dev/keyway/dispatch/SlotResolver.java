// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.dispatch.KernelLayer.Entry;
import dev.keyway.dispatch.KernelLayer.Primitive;
import dev.keyway.dispatch.Slot.Kind;
import dev.keyway.operator.Lowering;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.spi.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides what serves an operator: the kernels of each plugin, in the order of {@link
 * KernelLayer#ORDER} and of one plugin the operator kernel before the family kernel, then
 * composite, then nothing.
 */
final class SlotResolver {
    private final OperatorDefinition definition;
    private final @Nullable Lowering lowering;
    private final DeviceImpl device;
    private final BackendEntry backend;
    private final DType dtype;
    private final List<String> notes = new ArrayList<>();

    private record Claim(Kind kind, Entry entry) {}

    SlotResolver(OperatorDefinition definition, DeviceImpl device, DType dtype) {
        this.definition = definition;
        this.lowering = definition.lowering();
        this.device = device;
        this.backend = device.backend();
        this.dtype = dtype;
    }

    /** The slot; {@link #candidates()} then lists what was considered. */
    Slot resolve() {
        List<Claim> claims = computes() ? claims() : List.of();
        note(claims);
        if (backend.isGone()) {
            return Slot.gone("plugin " + backend.plugin() + " has left");
        }
        return chain(claims);
    }

    /** Everything considered, best first. */
    List<String> candidates() {
        return notes;
    }

    private List<Claim> claims() {
        List<Claim> claims = new ArrayList<>();
        for (KernelLayer layer : backend.kernels().layers()) {
            Entry whole = layer.operator(definition.schema().qualifiedName(), dtype);
            if (whole != null) {
                claims.add(new Claim(Kind.OPERATOR, whole));
            }
            Entry lowered = lowering == null ? null : lowered(layer, lowering);
            if (lowered != null) {
                claims.add(new Claim(Kind.LOWERED, lowered));
            }
        }
        return claims;
    }

    private @Nullable Entry lowered(KernelLayer layer, Lowering to) {
        return to.opcode() == Lowering.WHERE
                ? layer.primitive(Primitive.WHERE, dtype)
                : layer.family((Enum<?>) to.opcode(), dtype);
    }

    /** The first claim; behind one that holds for some attributes only, what follows it. */
    private Slot chain(List<Claim> claims) {
        if (claims.isEmpty()) {
            String but = computes() ? "" : "; those that compute fail: " + absent();
            return definition.composite() != null
                    ? slot(Kind.COMPOSITE, null, null, null, "composite of other operators" + but)
                    : slot(Kind.MISSING, null, null, null, "no kernel and no composite");
        }
        Claim first = claims.getFirst();
        Predicate<Attributes> when =
                first.kind == Kind.LOWERED && lowering != null ? lowering.when() : null;
        Slot otherwise = when == null ? null : chain(claims.subList(1, claims.size()));
        String reason = name(first.kind) + " of " + first.entry.layer().plugin();
        return slot(first.kind, first.entry, when, otherwise, reason);
    }

    private Slot slot(
            Kind kind,
            @Nullable Entry entry,
            @Nullable Predicate<Attributes> when,
            @Nullable Slot otherwise,
            String reason) {
        return new Slot(
                kind,
                entry == null ? null : entry.kernel(),
                entry == null ? null : entry.layer(),
                entry == null ? Layout.STRIDED : entry.layout(),
                when,
                otherwise,
                definition.composite(),
                reason);
    }

    private void note(List<Claim> claims) {
        if (claims.stream().noneMatch(claim -> claim.kind == Kind.OPERATOR)) {
            notes.add(name(Kind.OPERATOR) + ": " + absent());
        }
        for (Claim claim : claims) {
            notes.add(words(claim, claims.getFirst()));
        }
        if (lowering == null) {
            notes.add("family kernel: the operator is not a primitive");
        } else if (claims.stream().noneMatch(claim -> claim.kind == Kind.LOWERED)) {
            notes.add(name(Kind.LOWERED) + ": " + absent());
        }
        notes.add(definition.composite() != null ? "composite: available" : "composite: none");
    }

    private String words(Claim claim, Claim winner) {
        KernelLayer layer = claim.entry.layer();
        KernelLayer best = winner.entry.layer();
        String ranking = layer.ranking() == 0 ? "" : ", ranking " + layer.ranking();
        String loses =
                claim == winner
                        ? ""
                        : layer == best
                                ? "; its operator kernel goes first"
                                : "; " + layer.losesTo(best);
        return name(claim.kind) + ": registered by " + layer.plugin() + ranking + loses;
    }

    private String name(Kind kind) {
        return kind == Kind.OPERATOR || lowering == null
                ? "operator kernel"
                : "family kernel " + lowering.opcode();
    }

    private boolean computes() {
        return device.computes(dtype);
    }

    private String absent() {
        return computes()
                ? "none from " + backend.plugin()
                : device.name() + " does not compute in " + dtype;
    }
}
