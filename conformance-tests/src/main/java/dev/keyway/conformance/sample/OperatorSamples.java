// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import dev.keyway.conformance.oracle.ElementType;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The cases of one operator: recipes that draw arguments for an element type. */
public final class OperatorSamples {
    private final String operator;
    private final List<ElementType> types;
    private final Profile profile;
    private final List<NamedRecipe> recipes = new ArrayList<>();
    private final List<Unseen> unseen = new ArrayList<>();

    private boolean storage;

    OperatorSamples(String operator, List<ElementType> types, Profile profile) {
        this.operator = operator;
        this.profile = profile;
        this.types = List.copyOf(types);
    }

    /** Draws names and values in the schema's order. */
    @FunctionalInterface
    interface Recipe {
        @Nullable Object[] draw(Values values, ElementType type);
    }

    private record Unseen(FaultKind fault, String reason, List<ElementType> types) {}

    private record NamedRecipe(String label, Predicate<ElementType> applies, Recipe recipe) {}

    /** Adds a case for every element type. */
    OperatorSamples add(String label, Recipe recipe) {
        return add(label, type -> true, recipe);
    }

    /** Adds a case for some element types. */
    OperatorSamples add(String label, Predicate<ElementType> applies, Recipe recipe) {
        recipes.add(new NamedRecipe(label, applies, recipe));
        return this;
    }

    /** Elements are moved, not computed: see {@link Samples.Table#storage}. */
    OperatorSamples onStorage() {
        storage = true;
        return this;
    }

    /** Whether it must work even in types in which the device does not compute. */
    public boolean isOnStorage() {
        return storage;
    }

    /**
     * Says why a fault can't show in any case of the operator, for these element types or, with
     * none, for all.
     */
    OperatorSamples unseen(FaultKind fault, String reason, ElementType... types) {
        unseen.add(new Unseen(fault, reason, List.of(types)));
        return this;
    }

    /** Why the fault can't show; null when it must. */
    public @Nullable String unseenBecause(FaultKind fault, ElementType type) {
        return unseen.stream()
                .filter(u -> u.fault() == fault)
                .filter(u -> u.types().isEmpty() || u.types().contains(type))
                .map(Unseen::reason)
                .findFirst()
                .orElse(null);
    }

    /** The operator's qualified name. */
    public String operator() {
        return operator;
    }

    /** The first profile that has the operator. */
    public Profile profile() {
        return profile;
    }

    /** The element types that it must support. */
    public List<ElementType> types() {
        return types;
    }

    /** All cases for an element type. */
    public List<Sample> samples(long seed, ElementType type) {
        List<Sample> samples = new ArrayList<>();
        for (int index = 0; index < recipes.size(); index++) {
            if (recipes.get(index).applies().test(type)) {
                samples.add(sample(new CaseId(seed, operator, type, index)));
            }
        }
        return samples;
    }

    /** The number of cases, those of single element types included. */
    public int count() {
        return recipes.size();
    }

    /** The case with this number. */
    public Sample sample(CaseId id) {
        if (id.index() >= recipes.size()) {
            throw new IllegalArgumentException(
                    id + ": " + operator + " has " + recipes.size() + " cases");
        }
        NamedRecipe named = recipes.get(id.index());
        SeededRandom random =
                new SeededRandom(id.seed(), operator, id.type().toString(), id.index());
        @Nullable Object[] drawn = named.recipe().draw(new Values(random), id.type());
        Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
        for (int i = 0; i < drawn.length; i += 2) {
            arguments.put(String.valueOf(drawn[i]), drawn[i + 1]);
        }
        return new Sample(id, named.label(), arguments);
    }
}
