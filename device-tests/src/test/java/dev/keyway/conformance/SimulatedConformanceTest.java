// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

/** The simulated device: opaque memory, a queue of its own, no f64. */
class SimulatedConformanceTest extends BuiltInConformance {
    SimulatedConformanceTest() {
        super("simulated");
    }
}
