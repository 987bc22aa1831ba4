// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

import dev.keyway.DType;
import dev.keyway.conformance.CaseResult;
import dev.keyway.conformance.Form;
import dev.keyway.spi.Backend;
import dev.keyway.spi.FusedKernels;

import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A right backend with one change.
 *
 * @param name what was done to it
 * @param backend the backend
 * @param operators those that compute wrongly
 * @param forms what the suite checks of it
 * @param meant which of their cases is meant to see it
 * @param alone whether no case of another form or operator may see it
 */
record Mutant(
        String name,
        Backend backend,
        List<String> operators,
        List<Form> forms,
        Predicate<CaseResult> meant,
        boolean alone) {
    private static final List<Form> PLAIN =
            List.of(Form.VALUE, Form.IN_PLACE, Form.OUT, Form.ALIAS, Form.ERROR);

    /** The reference backend. */
    static Backend reference() {
        return right("reference");
    }

    /** The backend of this type. */
    static Backend right(String type) {
        return ServiceLoader.load(Backend.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(backend -> backend.deviceType().equals(type))
                .findFirst()
                .orElseThrow();
    }

    /**
     * The reference backend with one kernel changed; any case of the operators may see it.
     *
     * @param family as in {@link FaultyRegistry.Choice}
     */
    static Mutant kernel(
            String name,
            String family,
            Object opcode,
            DType dtype,
            FaultyRegistry.Change change,
            String... operators) {
        Backend backend =
                new FaultyBackend(
                        reference(),
                        (f, o, t) ->
                                f.equals(family) && o.equals(opcode) && t == dtype ? change : null);
        return new Mutant(name, backend, List.of(operators), PLAIN, result -> true, false);
    }

    /** Only this form is meant to see it. */
    Mutant seenBy(Form form) {
        List<Form> all = forms.contains(form) ? forms : List.of(Form.VALUE, form);
        return new Mutant(name, backend, operators, all, r -> r.form().equals(form.text()), false);
    }

    /** Only this form is checked, as the fault would harm what is not watched in others. */
    Mutant checkedBy(Form form) {
        return new Mutant(
                name, backend, operators, List.of(form), r -> r.form().equals(form.text()), false);
    }

    /** The form's cases with this label see it, and none of other forms and operators. */
    Mutant seenAlone(Form form, String label) {
        Mutant seen = seenBy(form);
        return new Mutant(
                name,
                backend,
                operators,
                seen.forms,
                seen.meant.and(r -> r.label().startsWith(label)),
                true);
    }

    /** The CPU's backend with what computes chains changed, which only these cases see. */
    static Mutant chains(String name, UnaryOperator<FusedKernels> change, String label) {
        Backend backend = FaultyBackend.chains(right("cpu"), change);
        List<String> operators = List.of("device.fusion");
        return new Mutant(name, backend, operators, PLAIN, r -> true, true)
                .seenAlone(Form.FUSED, label);
    }

    /** A queue with one change, and the case that is meant to see it. */
    static Mutant device(String name, Backend backend, String operator, String label) {
        return new Mutant(
                name,
                backend,
                List.of(operator),
                List.of(
                        Form.VALUE,
                        Form.IN_PLACE,
                        Form.OUT,
                        Form.STREAM,
                        Form.TRANSFER,
                        Form.MEMORY,
                        Form.LIFECYCLE),
                result -> result.label().startsWith(label),
                false);
    }
}
