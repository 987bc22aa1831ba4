// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.profiles;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Kernels reach their own speed also where other code filled the JVM's profiles: vectors of all
 * widths on heap, shared, confined and automatic segments. Run by the profile {@code profiles}.
 */
@Tag("profiles")
class PollutedProfilesTest {
    @Test
    void kernelsKeepTheirSpeed() throws Exception {
        assertEquals(List.of(), PollutedProfiles.slow(".*"));
    }
}
