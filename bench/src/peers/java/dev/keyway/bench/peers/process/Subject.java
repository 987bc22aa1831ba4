// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.process;

/** One library that does one piece of work again and again, alone in its process. */
interface Subject extends AutoCloseable {
    /** The work once. */
    void run();

    @Override
    void close();
}
