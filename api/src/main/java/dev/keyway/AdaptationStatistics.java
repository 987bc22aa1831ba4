// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

/**
 * Copies made because a kernel could not take an argument as it was.
 *
 * @param layoutCopies number of copies to contiguous memory
 * @param dtypeCopies number of conversions to the compute dtype
 * @param bytes bytes written by both
 */
public record AdaptationStatistics(long layoutCopies, long dtypeCopies, long bytes) {}
