// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;

/** The files of exceptions: each has a reason, stands there once, and excuses something. */
@Tag("libtorch")
class LibtorchExceptionsTest {
    private static Exceptions of(String... lines) {
        return Exceptions.of("some.txt", List.of(lines));
    }

    @Test
    void aReasonHoldsForTheLinesBelowIt() {
        Exceptions some = of("## text", "# why", "add u8 i8 extra", "", "mul bool missing");
        assertTrue(some.has("add u8 extra"));
        assertTrue(some.has("add i8 extra"));
        assertTrue(some.has("mul bool missing"));
        assertFalse(some.has("add u8 missing"));
    }

    @Test
    void whatExcusesNothingIsFound() {
        Exceptions some = of("# why", "add u8 i8 extra");
        assertEquals(List.of("add i8 extra"), some.unused(List.of("add u8 extra")));
        assertEquals(List.of(), some.unused(List.of("add u8 extra", "add i8 extra")));
    }

    @Test
    void linesWithoutReasonOrTwiceAreRefused() {
        assertThrows(IllegalStateException.class, () -> of("add u8 extra"));
        assertThrows(IllegalStateException.class, () -> of("# why", "add extra"));
        assertThrows(
                IllegalStateException.class,
                () -> of("# why", "add u8 extra", "# other", "add u8 extra"));
    }
}
