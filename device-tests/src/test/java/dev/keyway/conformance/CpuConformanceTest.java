// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

/** The CPU backend: vectorised kernels, and plain ones where there are none yet. */
class CpuConformanceTest extends BuiltInConformance {
    CpuConformanceTest() {
        super("cpu");
    }
}
