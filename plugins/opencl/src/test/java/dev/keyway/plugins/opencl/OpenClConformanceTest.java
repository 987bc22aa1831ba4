// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.conformance.BackendConformance;
import org.junit.jupiter.api.Tag;

/** The suite on the first device; without one it fails. */
@Tag("opencl")
class OpenClConformanceTest extends BackendConformance {
    @Override
    protected Keyway open(int threads) {
        return Keyway.builder()
                .threads(threads)
                .classPathBackends(false)
                .backend(new OpenClBackend())
                .open();
    }

    @Override
    protected Device device(Keyway keyway) {
        return keyway.device("opencl:0");
    }
}
