// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

import dev.keyway.plugins.opencl.binding.Status;

/**
 * Buffers that a kernel's launches pass results through. As the queue runs in order, one for each
 * slot is enough; a larger one replaces a smaller, which the driver keeps until it was used.
 */
final class Scratch {
    private static final long READ_WRITE = 1;
    private static final int SLOTS = 4;

    private final OpenClDevice device;
    private final long[] buffers = new long[SLOTS];
    private final long[] sizes = new long[SLOTS];

    Scratch(OpenClDevice device) {
        this.device = device;
    }

    long get(int slot, long bytes) {
        if (sizes[slot] < bytes) {
            release(slot);
            long size = Math.max(bytes, 1 << 16);
            buffers[slot] = OpenClMemory.create(device, READ_WRITE, size);
            sizes[slot] = size;
        }
        return buffers[slot];
    }

    private void release(int slot) {
        if (sizes[slot] > 0) {
            sizes[slot] = 0;
            Status.check(
                    device.cl().objects().releaseMemObject(buffers[slot]), "clReleaseMemObject");
        }
    }

    void close() {
        for (int slot = 0; slot < SLOTS; slot++) {
            release(slot);
        }
    }
}
