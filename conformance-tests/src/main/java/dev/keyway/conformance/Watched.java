// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.dispatch.Sentinels;

/**
 * Runs a check while every buffer that the device allocates lies between sentinels: the arguments,
 * the results of plain calls, what composites make meanwhile, and kernels' workspace and scratch
 * memory.
 */
final class Watched {
    private Watched() {}

    /** The check, which fails also when a kernel wrote outside of its memory. */
    static ConformanceCase.Body body(ConformanceCase.Body check) {
        return (bench, digest) -> {
            try (Sentinels sentinels = Sentinels.around(bench.device())) {
                check.run(bench, digest);
                String damage = sentinels.damage();
                DeviceCases.require(damage.isEmpty(), damage);
            }
        };
    }
}
