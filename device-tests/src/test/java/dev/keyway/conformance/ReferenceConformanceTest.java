// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

/** The reference backend, with the primitives alone. */
class ReferenceConformanceTest extends BuiltInConformance {
    ReferenceConformanceTest() {
        super("reference");
    }
}
