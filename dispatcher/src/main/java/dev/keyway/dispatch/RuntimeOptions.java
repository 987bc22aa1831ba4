// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DeviceRequirement;
import dev.keyway.FallbackPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a runtime is opened with.
 *
 * @param threads for kernels
 * @param policy of fallback that threads start with
 * @param memoryLimit for each device, in bytes
 * @param pluginLimit how long a plugin's code may take for a step
 * @param seed of the runtime's generator
 * @param device the name or policy of the default device; null for the environment's
 * @param requirements of devices that are taken
 * @param benchmarks where measurements are kept; null for nowhere
 */
record RuntimeOptions(
        int threads,
        FallbackPolicy policy,
        long memoryLimit,
        Duration pluginLimit,
        long seed,
        @Nullable String device,
        List<DeviceRequirement> requirements,
        @Nullable Path benchmarks) {}
