// SPDX-License-Identifier: Apache-2.0
package dev.keyway.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The generator refuses what has no documentation, and writes the rest into the facade. */
class DocumentationTest {
    private static final String TWICE =
            "twice(Tensor self, *, Scalar alpha=1) -> Tensor | function, method, inplace, out\n";
    private static final String TEXT = "## Doubles `self`, where a < b & c.\n## Keeps the shape.\n";
    private static final String ARGUMENTS =
            "self = the numbers\n[family]\nalpha = factor of @self\n";

    @TempDir private Path folder;

    private Path generate(String schema, String dictionary) throws IOException {
        Path schemas = Files.createDirectories(folder.resolve("schemas"));
        Files.writeString(schemas.resolve("family.schema"), schema);
        Files.writeString(schemas.resolve("arguments.doc"), dictionary);
        Path target = folder.resolve("generated");
        Main.main(new String[] {schemas.toString(), target.toString()});
        return target.resolve("dev/keyway");
    }

    private String refusal(String schema, String dictionary) {
        return String.valueOf(
                assertThrows(DocumentationException.class, () -> generate(schema, dictionary))
                        .getMessage());
    }

    @Test
    void functionsCarryTextArgumentsDefaultsAndResult() throws IOException {
        String ops = Files.readString(generate(TEXT + TWICE, ARGUMENTS).resolve("Ops.java"));
        assertTrue(
                ops.contains(
                        """
                            /**
                             * Doubles <code>self</code>, where a &lt; b &amp; c.
                             * Keeps the shape.
                             *
                             * <p>The result has memory of its own.
                             *
                             * @param self the numbers
                             * @param alpha factor of &#64;self; default 1
                             * @return a new tensor
                             */
                        """),
                ops);
        assertTrue(ops.contains("Here {@code alpha} is 1."), ops);
        assertTrue(ops.contains("@return {@code self}"), ops);
        assertTrue(ops.contains("@param out takes the result"), ops);
    }

    @Test
    void methodsDoNotDescribeTheTensorTheyAreCalledOn() throws IOException {
        Path generated = generate(TEXT + TWICE, ARGUMENTS);
        String methods = Files.readString(generated.resolve("TensorMethods.java"));
        assertTrue(methods.contains("Doubles <code>self</code>"), methods);
        assertFalse(methods.contains("@param self"), methods);
    }

    @Test
    void recordsDescribeTheirComponents() throws IOException {
        String schema =
                TEXT + "both(Tensor self, Scalar alpha=1) -> (Tensor sums, Tensor places)\n";
        Path generated = generate(schema, ARGUMENTS + "-> sums = all\nboth -> places = where\n");
        String attributes = Files.readString(generated.resolve("attributes/BothAttributes.java"));
        assertTrue(
                attributes.contains(" * @param alpha factor of &#64;self; default 1"), attributes);
        String result = Files.readString(generated.resolve("results/BothResult.java"));
        assertTrue(result.contains(" * @param sums all\n * @param places where\n"), result);
    }

    @Test
    void theMostParticularEntryWins() throws IOException {
        String schema = TEXT + TWICE + "## Trebles `self`.\nthrice(Tensor self) -> Tensor\n";
        String dictionary = "alpha = some\n[family]\nself = the family's\ntwice.self = its own\n";
        String ops = Files.readString(generate(schema, dictionary).resolve("Ops.java"));
        assertTrue(ops.contains("@param self its own"), ops);
        assertTrue(ops.contains("@param self the family's"), ops);
    }

    @Test
    void anOperatorWithoutDocumentationIsRefused() {
        assertEquals(
                "operator twice in family.schema has no documentation; say in lines that begin with"
                        + " \"## \", directly above it, what it computes",
                refusal("# A comment.\n" + TWICE, ARGUMENTS));
    }

    @Test
    void anArgumentWithoutDocumentationIsRefused() {
        assertEquals(
                "operator twice in family.schema: argument 'alpha' has no documentation; add it to"
                        + " arguments.doc",
                refusal(TEXT + TWICE, "self = the numbers\n"));
    }

    @Test
    void aResultWithoutDocumentationIsRefused() {
        String schema = TEXT + "both(Tensor self) -> (Tensor sums, Tensor places)\n";
        assertEquals(
                "operator both in family.schema: result 'places' has no documentation; add it to"
                        + " arguments.doc",
                refusal(schema, "self = the numbers\n-> sums = all\n"));
    }

    @Test
    void anEntryThatNothingHasIsRefused() {
        assertEquals(
                "arguments.doc: no operator has what the entry 'twice.beta' describes",
                refusal(TEXT + TWICE, ARGUMENTS + "twice.beta = none\n"));
    }

    @Test
    void documentationThatIsTooLongUnfinishedOrOfNothingIsRefused() {
        String line = "## A line.\n";
        assertTrue(refusal(line.repeat(5) + TWICE, ARGUMENTS).contains("5 lines"));
        String wide = "## " + "wide ".repeat(25) + ".\n";
        assertTrue(refusal(wide + TWICE, ARGUMENTS).contains("more than 120 characters"));
        assertTrue(refusal("## A line\n" + TWICE, ARGUMENTS).contains("full stop"));
        assertTrue(refusal(TEXT + "\n" + TWICE, ARGUMENTS).contains("no signature follows"));
        assertTrue(refusal("## A `line.\n" + TWICE, ARGUMENTS).contains("backquote"));
    }
}
