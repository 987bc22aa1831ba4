// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

import org.osgi.annotation.versioning.ProviderType;

/** An in-order queue of work on one device. Safe for any thread. */
@ProviderType
public interface Stream extends AutoCloseable {
    /** The device whose queue this is. */
    Device device();

    /** An event that completes when everything submitted so far has. */
    Event record();

    /** Later work on this stream starts after the event has completed. */
    void waitFor(Event event);

    /** Blocks until everything submitted has finished; throws the stream's pending error. */
    void synchronize();

    /** Makes this the calling thread's current stream until the scope is closed. */
    Scope use();

    /** Synchronizes and releases the stream. The default stream closes with its device. */
    @Override
    void close();
}
