// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.Device;
import dev.keyway.Keyway;

/** The reference backend, with the primitives alone. */
class ReferenceConformanceTest extends BackendConformance {
    @Override
    protected Keyway open(int threads) {
        return Keyway.builder().threads(threads).open();
    }

    @Override
    protected Device device(Keyway keyway) {
        return keyway.device("reference");
    }
}
