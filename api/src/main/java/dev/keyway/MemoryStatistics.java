// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

/**
 * A device's memory as the caching allocator sees it.
 *
 * @param allocated bytes that live storages hold
 * @param reserved bytes taken from the device, cached ones included
 * @param peak the largest {@code allocated} since the device was opened
 * @param limit the most that may be reserved
 * @param liveBlocks number of live storages
 */
public record MemoryStatistics(
        long allocated, long reserved, long peak, long limit, long liveBlocks) {}
